/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/base/clock.h"

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

void progress_wipe(void)
{
	fprintf(stderr, "\r\033[K");
}

void progress_clear(const struct progress *progress)
{
	if (!progress->quiet && progress->terminal)
		progress_wipe();
}

/* Columns of the terminal; where it does not tell, as many as most have. */
static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
		? size.ws_col
		: 80;
}

/* A line that goes on in the next could not be wiped. */
void progress_rewrite(const char *line)
{
	fprintf(stderr, "\r\033[K%.*s", (int)columns() - 1, line);
}

/* Shows what is about to run, on a terminal only. */
static void on_next(void *ctx, const struct trial_row *row)
{
	const struct progress *progress = ctx;
	char line[160], block[32] = "warm-up", left[32] = "";

	if (progress->quiet || !progress->terminal)
		return;
	if (row->block > 0)
		(void)snprintf(
			block, sizeof(block), "block %" PRId64, row->block);
	if (progress->done > progress->before && !progress->at_most)
		(void)snprintf(left, sizeof(left), ", %u s left",
			seconds_left(progress));
	(void)snprintf(line, sizeof(line),
		"trial %zu of %s%zu, %s: %s@%" PRIu64 "%s", progress->done + 1,
		progress->at_most ? "at most " : "", progress->trials, block,
		row->strategy, row->concurrency, left);
	progress_rewrite(line);
}

static void on_judged(void *ctx, const struct trial_row *row)
{
	struct progress *progress = ctx;
	bool bad = !trial_verdict_counts(row->verdict);

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
	if (!progress->terminal && !progress->at_most &&
		progress->done % progress->cells == 0) {
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

struct race_watch progress_watch(struct progress *progress)
{
	return (struct race_watch){
		.next = on_next, .judged = on_judged, .ctx = progress};
}
