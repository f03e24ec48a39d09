/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cli/shard_runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"

/* Prints a warning for each sentence. Returns 0, or -1 with *err. */
static int tell_lack(struct shard_runs *runs, struct fr_error *err)
{
	char *text = NULL, *line;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return fr_error_memory(err);
	runs->lacking = shards_tell_lack(out, &runs->shards) > 0;
	if (text_stream_close(out, &text))
		return fr_error_memory(err);
	for (line = text; *line; line += strcspn(line, "\n") + 1)
		fprintf(stderr, "warning: %.*s\n", (int)strcspn(line, "\n"),
			line);
	free(text);
	return 0;
}

int shard_runs_open(struct shard_runs *runs, const char *const *dirs,
	size_t count, bool join, struct fr_error *err)
{
	*runs = (struct shard_runs){.scratch.fd = -1};
	if (shards_read(&runs->shards, dirs, count, err) ||
		tell_lack(runs, err))
		return -1;
	if (!join || runs->shards.given < 2)
		return 0;
	if (scratch_open(&runs->scratch, NULL, err))
		return -1;
	runs->folder = runs->scratch.path;
	return shards_join(runs->folder, &runs->shards, err);
}

void shard_runs_close(struct shard_runs *runs)
{
	shards_release(&runs->shards);
	scratch_close(&runs->scratch);
}
