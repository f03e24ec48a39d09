/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "harness/trial/clock.h"

void progress_init(
	struct progress *progress, bool quiet, size_t trials, size_t cells)
{
	*progress = (struct progress){
		.quiet = quiet,
		.terminal = isatty(STDERR_FILENO),
		.started_ns = clock_ns(),
		.trials = trials,
		.cells = cells,
	};
}

void progress_resume(struct progress *progress, size_t trials, size_t bad)
{
	progress->before = trials;
	progress->done = trials;
	progress->bad = bad;
}

/* Cells differ, but blocks do not: the mean so far is a fair forecast. */
static unsigned seconds_left(const struct progress *progress)
{
	uint64_t spent = clock_ns() - progress->started_ns;
	uint64_t left = progress->trials - progress->done;
	uint64_t done = progress->done - progress->before;

	return (unsigned)((spent / done * left + NS_PER_S - 1) / NS_PER_S);
}

void progress_clear(const struct progress *progress)
{
	if (!progress->quiet && progress->terminal)
		fprintf(stderr, "\r\033[K");
}

void progress_next(struct progress *progress, const struct trial_row *row)
{
	if (progress->quiet || !progress->terminal)
		return;
	fprintf(stderr, "\r\033[Ktrial %zu of %zu", progress->done + 1,
		progress->trials);
	if (row->block <= 0)
		fprintf(stderr, ", warm-up");
	else
		fprintf(stderr, ", block %" PRId64, row->block);
	fprintf(stderr, ": %s@%" PRIu64, row->strategy, row->concurrency);
	if (progress->done > progress->before)
		fprintf(stderr, ", %u s left", seconds_left(progress));
}

void progress_done(struct progress *progress, const struct trial_row *row)
{
	bool bad = row->verdict != VERDICT_VALID;

	progress->done++;
	progress->bad += bad;
	if (progress->quiet)
		return;
	if (bad) {
		progress_clear(progress);
		fprintf(stderr, "%s@%" PRIu64 " in block %" PRId64 ": %s: %s\n",
			row->strategy, row->concurrency, row->block,
			trial_verdict_name(row->verdict), row->reason);
	}
	if (!progress->terminal && progress->done % progress->cells == 0) {
		if (row->block <= 0)
			fprintf(stderr, "warm-up");
		else
			fprintf(stderr, "block %" PRId64, row->block);
		fprintf(stderr, " done: trial %zu of %zu, %zu not valid",
			progress->done, progress->trials, progress->bad);
		if (progress->done < progress->trials)
			fprintf(stderr, ", %u s left", seconds_left(progress));
		fprintf(stderr, "\n");
	}
}
