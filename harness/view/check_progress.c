/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/check_progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/view/progress.h"

void check_progress_init(struct check_progress_view *view)
{
	*view = (struct check_progress_view){
		.terminal = isatty(STDERR_FILENO), .lead = ""};
}

void check_progress_clear(const struct check_progress_view *view)
{
	if (view->terminal)
		progress_wipe();
}

static unsigned seconds(uint64_t ns)
{
	return (unsigned)((ns + NS_PER_S - 1) / NS_PER_S);
}

static void on_waits(
	void *ctx, double pressure, uint64_t waited_ns, bool calm, bool over)
{
	const struct check_progress_view *view = ctx;
	char line[160];

	if (!over) {
		if (!view->terminal)
			return;
		(void)snprintf(line, sizeof(line),
			"%swaiting for the machine to settle: tasks wait for a "
			"CPU %.0f %% of the time",
			view->lead, pressure);
		progress_rewrite(line);
		return;
	}
	check_progress_clear(view);
	if (!calm)
		fprintf(stderr,
			"the machine did not settle in %u s: tasks wait for a "
			"CPU %.0f %% of the time\n",
			seconds(waited_ns), pressure);
	else if (waited_ns)
		fprintf(stderr, "waited %u s for the machine to settle\n",
			seconds(waited_ns));
}

/* Blocks of all cells take equally long: the mean so far is a fair forecast. */
static void on_block(void *ctx, const struct check_progress *progress)
{
	struct check_progress_view *view = ctx;
	char line[160], left[32] = "";

	if (view->set != progress->set) {
		view->set = progress->set;
		view->started_ns = clock_ns();
	}
	if (!view->terminal)
		return;
	if (progress->done)
		(void)snprintf(left, sizeof(left), ", %u s left",
			seconds((clock_ns() - view->started_ns) /
				progress->done *
				(progress->due - progress->done)));
	(void)snprintf(line, sizeof(line),
		"%s%sblock %zu of %zu up to the look at %zu%s", view->lead,
		progress->set == 1 ? "" : "second set, ", progress->done + 1,
		progress->due, progress->look, left);
	if (progress->gated)
		(void)snprintf(line + strlen(line), sizeof(line) - strlen(line),
			"; %zu of %zu gated rows undecided",
			progress->undecided, progress->gated);
	progress_rewrite(line);
}

static void on_look(void *ctx, const struct check_progress *progress,
	const struct check_report *report)
{
	const struct check_progress_view *view = ctx;

	if (view->terminal)
		return;
	fprintf(stderr, "%s%zu blocks: %s, %zu of %zu gated rows undecided\n",
		progress->set == 1 ? "" : "second set, ", progress->look,
		check_verdict_names[report->verdict], progress->undecided,
		progress->gated);
}

struct check_watch check_progress_watch(struct check_progress_view *view)
{
	return (struct check_watch){.waits = on_waits,
		.block = on_block,
		.look = on_look,
		.ctx = view};
}
