/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace history`: a metric over finished runs, as ratios to a reference of
 * each run. Informative; the gate is `flagrace check`.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/analysis/history.h"
#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/base/texts.h"
#include "harness/cli/commands.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/plot/plots.h"
#include "harness/runs/latest.h"
#include "harness/runs/summary.h"
#include "harness/runs/trials.h"
#include "harness/view/changes_text.h"
#include "harness/view/table.h"

struct history_settings {
	const char *metric, *reference, *format, *plot;
};

#define OPTIONS_OF struct history_settings

static const struct option_spec options[] = {
	{OPT_TEXT(metric, "metric", 'm', "COLUMN",
		"Follow this numeric column of trials.csv, or throughput "
		"(default total_ns).")},
	{OPT_TEXT(reference, "reference", 'r', "S",
		"Show ratios to this strategy, or to one cell, as in openmp@8. "
		"Choose one whose time is mostly the server's delay. Runs "
		"without the reference are left out (default sequential).")},
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the history as table, csv, json or markdown "
		 "(default table)."),
		.words = table_format_names},
	{OPT_TEXT(plot, "plot", 'p', "FILE",
		"Also draw the history into FILE, which ends in .svg, .png "
		"or .pdf: a line for each cell.")},
	{0},
};

static const struct command_spec command = {
	.name = "history",
	.usage = "RUN.. [options]",
	.summary = "Follows a metric over finished runs, the oldest "
		   "first. For each cell, prints the\n"
		   "ratio to a reference of the same run, which cancels "
		   "the speed of the machine,\n"
		   "and the change since the run before.",
	.examples = "  flagrace history results/*/\n"
		    "  flagrace history results/*/ --metric elapsed_ns "
		    "--reference multi-poll\n"
		    "  flagrace history results/*/ --plot history.svg\n",
	.options = options,
	.operands_max = HISTORY_RUNS_MAX,
};

/* Warns of runs that are left out and of hosts that differ. */
static void warn(const struct history *history, const char *reference)
{
	const char *before = "";

	for (size_t i = 0; i < history->count; i++) {
		const struct history_run *run = &history->runs[i];

		switch (run->part) {
		case HISTORY_NO_TRIAL:
			fprintf(stderr,
				"warning: %s is left out: it has no valid "
				"trial\n",
				run->dir);
			break;
		case HISTORY_NO_REFERENCE:
			fprintf(stderr,
				"warning: %s is left out: it has no valid "
				"trial of %s\n",
				run->dir, reference);
			break;
		case HISTORY_SHOWN:
			if (run->hosts[0])
				fprintf(stderr,
					"warning: %s and %s were measured "
					"on different hosts or builds: %s\n",
					before, run->dir, run->hosts);
			before = run->dir;
			break;
		}
	}
}

static int check(const struct history_settings *settings, int operands,
	struct fr_error *err)
{
	static const char *const endings[] = {".svg", ".png", ".pdf", NULL};
	const char *dot = settings->plot ? strrchr(settings->plot, '.') : NULL;

	if (strchr(settings->metric, ','))
		return fr_error_set(err, EXIT_USAGE,
			"--metric '%.60s': must be a single column",
			settings->metric);
	if (settings->plot && (!dot || !word_is_one_of(dot, endings)))
		return fr_error_set(err, EXIT_USAGE,
			"--plot '%.60s': must end in .svg, .png or .pdf",
			settings->plot);
	if (!operands)
		return fr_error_set(err, EXIT_USAGE,
			"expected runs' folders, such as results/*/");
	return 0;
}

static int draw(
	const struct history *history, const char *file, struct fr_error *err)
{
	int stop_fd = interrupt_open();
	int rc = plots_history_draw(history, file, stop_fd, err);

	close(stop_fd);
	return rc;
}

/*
 * Moves the folders that hold a run to the front, and says which do not: the
 * pattern of the examples meets other folders too. Returns how many there are,
 * or -1 with *err: none, or a path that leads nowhere.
 */
static int take_runs(char **dirs, int count, struct fr_error *err)
{
	int kept = 0;

	for (int i = 0; i < count; i++) {
		if (trials_find(dirs[i], err) == 0) {
			dirs[kept++] = dirs[i];
			continue;
		}
		if (err->status != EXIT_USAGE || access(dirs[i], F_OK) < 0 ||
			count == 1)
			return -1;
		fprintf(stderr, "warning: %s\n", err->text);
	}
	return kept ? kept : -1;
}

static int history(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct history_settings *settings = arg;
	const struct history_terms terms = {
		.metric = settings->metric, .reference = settings->reference};
	struct history history = {.listing = NULL};
	int format = choose_word(
		"--format", settings->format, table_format_names, err);
	char latest[LATEST_MAX];
	int runs, rc = -1;

	if (format < 0 || check(settings, line->operand_count, err))
		return -1;
	if (latest_replace((const char **)line->operands,
		    (size_t)line->operand_count, latest, err))
		return -1;
	runs = take_runs(line->operands, line->operand_count, err);
	if (runs < 0)
		return -1;
	if (history_init(&history, (const char *const *)line->operands,
		    (size_t)runs, &terms, err))
		goto out;
	warn(&history, settings->reference);
	if (format == TABLE_TEXT)
		screen_fold(&stdout);
	if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
		changes_write_history(stdout, &history);
	if (listing_write(stdout, history.listing, (enum table_format)format))
		(void)fr_error_set(
			err, EXIT_INVALID, "cannot write the history");
	else if (!settings->plot || draw(&history, settings->plot, err) == 0)
		rc = EXIT_OK;
out:
	history_release(&history);
	return rc;
}

int cmd_history(int argc, char **argv)
{
	struct history_settings settings = {.metric = "total_ns",
		.reference = SUMMARY_REFERENCE,
		.format = "table"};

	return command_run(&command, &settings, argc, argv, history);
}
