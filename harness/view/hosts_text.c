/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the hosts of a run differ, in a sentence. */
#include <inttypes.h>
#include <math.h>

#include "harness/view/table.h"

enum { SHOWN_MAX = 8 };

void hosts_write(FILE *out, const struct hosts *hosts)
{
	const struct hosts_one *slowest = NULL;

	if (hosts->count < 2)
		return;
	fprintf(out,
		"\n%zu hosts ran the blocks. Speed-ups are of blocks, each of "
		"which ran on one host.\n",
		hosts->count);
	for (size_t i = 0; i < hosts->count && hosts->cells; i++) {
		const struct hosts_one *host = &hosts->of[i];

		if (i < SHOWN_MAX)
			fprintf(out,
				"  %s: %" PRIu64 " trials, %.3g times as long "
				"as on the mean host\n",
				host->name, host->trials, host->factor);
		if (!slowest || host->factor > slowest->factor)
			slowest = host;
	}
	if (hosts->count > SHOWN_MAX && slowest)
		fprintf(out, "  ... (the slowest: %s, %.3g times)\n",
			slowest->name, slowest->factor);
	if (!hosts->cells)
		fprintf(out,
			"  No cell has valid trials on all of them, so they "
			"cannot be compared.\n");
}
