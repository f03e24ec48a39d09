/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/screen.h"
#include "harness/view/format.h"

enum { USUAL_WIDTH = 80, LINE_MAX_SHOWN = 320 };

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

/* The columns that a line may take: one that goes on could not be wiped. */
static size_t room(void)
{
	size_t width = screen_width(stderr);

	return (width ? width : USUAL_WIDTH) - 1;
}

void progress_rewrite(const char *line)
{
	fprintf(stderr, "\r\033[K%.*s", (int)screen_cut(line, room()), line);
}

/* Appends who leads the cells with the work of that trial, where it has room. */
static void append_leader(char line[LINE_MAX_SHOWN],
	const struct progress *progress, const struct trial_row *row)
{
	char label[SUMMARY_LABEL_MAX], time[FORMAT_MAX], more[160];
	double total_ns;

	if (!leaders_find(&progress->leaders, row, label, &total_ns))
		return;
	format_ms(time, total_ns, total_ns);
	(void)snprintf(more, sizeof(more), "; leads: %s %s ms", label, time);
	if (screen_columns(line) + screen_columns(more) <= room())
		(void)snprintf(line + strlen(line),
			LINE_MAX_SHOWN - strlen(line), "%s", more);
}

/* Shows what is about to run, on a terminal only. */
static void on_next(void *ctx, const struct trial_row *row)
{
	const struct progress *progress = ctx;
	char line[LINE_MAX_SHOWN], block[32] = "warm-up", left[32] = "";

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
	append_leader(line, progress, row);
	progress_rewrite(line);
}

static void on_judged(void *ctx, const struct trial_row *row)
{
	struct progress *progress = ctx;
	bool bad = !trial_verdict_counts(row->verdict);

	progress->done++;
	if (progress->terminal)
		leaders_add(&progress->leaders, row);
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

void progress_end(struct progress *progress)
{
	progress_clear(progress);
	leaders_release(&progress->leaders);
}

struct race_watch progress_watch(struct progress *progress)
{
	return (struct race_watch){
		.next = on_next, .judged = on_judged, .ctx = progress};
}
