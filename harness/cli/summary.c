/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace summary`: the figures of finished runs, by any of their columns. */
#include <stdio.h>
#include <string.h>

#include "harness/analysis/scaling.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/shard_runs.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/runs/breakdown.h"
#include "harness/runs/latest.h"
#include "harness/runs/quantiles.h"
#include "harness/runs/summary.h"
#include "harness/runs/trials.h"
#include "harness/view/table.h"

enum { RUNS_MAX = 1000 };

struct summary_settings {
	const char *group_by, *metric, *reference, *format, *clock, *fit;
	bool requests;
};

#define OPTIONS_OF struct summary_settings

static const struct option_spec options[] = {
	{OPT_TEXT(group_by, "group-by", 'g', "COLUMN,..",
		"Group the figures by these columns of trials.csv, such as "
		"strategy,latency (default: the columns that distinguish "
		"the cells).")},
	{OPT_TEXT(metric, "metric", 'm', "COLUMN,..",
		"Show these numeric columns of trials.csv, or throughput "
		"(default: the time of --clock; with --requests, "
		"latency_ns).")},
	{OPT_TEXT(reference, "reference", 'r', "S",
		"Show ratios to this strategy, or to one cell, as in "
		"openmp@8 (default sequential, if it was run).")},
	{OPT_TEXT(clock, "clock", 0, "CLOCK",
		 "Rank by total time (set-up, downloads and clean-up) or by "
		 "elapsed time (downloads only) (default total)."),
		.words = summary_clock_names},
	{OPT_FLAG(requests, "requests", 0,
		"Show quantiles over single requests instead, from the "
		"columns of requests.csv and latency_ns.")},
	{OPT_TEXT(fit, "fit", 0, "LAW",
		"Fit a curve to throughput over concurrency instead: usl, "
		"the Universal Scalability Law.")},
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the summary as table, csv, json or markdown "
		 "(default table)."),
		.words = table_format_names},
	{0},
};

static const struct command_spec command = {
	.name = "summary",
	.usage = "RUN.. [options]",
	.summary = "Summarizes one or more runs: prints the table of "
		   "'flagrace run' or, by any\n"
		   "columns, medians, 95 % intervals, extremes, and "
		   "ratios to a reference.\n"
		   "The shards of a run are one run.",
	.examples = "  flagrace summary latest\n"
		    "  flagrace summary results/reference --group-by strategy "
		    "--metric elapsed_ns,cpu_ns\n"
		    "  flagrace summary results/reference --requests "
		    "--format csv\n"
		    "  flagrace summary results/RUN --fit usl\n",
	.options = options,
	.operands_max = RUNS_MAX,
};

/* The runs to read, and the form to show them in. */
struct summary_task {
	const char *const *runs;
	size_t count;
	const struct summary_settings *settings;
	enum table_format format;
	enum summary_clock clock;
};

/* Whether a view could be written. Returns 0, or -1 with *err. */
static int written(int rc, struct fr_error *err)
{
	return rc ? fr_error_set(err, EXIT_INVALID, "cannot write the summary")
		  : 0;
}

static int show_table(const struct summary_task *task, struct fr_error *err)
{
	const struct summary_terms terms = {
		.clock = task->clock, .reference = task->settings->reference};

	return table_show(
		stdout, task->runs, task->count, &terms, task->format, err);
}

static int show_fit(const struct summary_task *task, struct fr_error *err)
{
	const struct summary_terms terms = {.clock = CLOCK_ELAPSED};
	struct scaling *scaling = NULL;
	struct summary *summary;
	int rc = summary_create(&summary, task->runs, task->count, &terms, err);

	if (!rc)
		rc = scaling_create(&scaling, summary, err);
	if (!rc)
		rc = written(scaling_write(stdout, scaling, task->format), err);
	scaling_free(scaling);
	summary_free(summary);
	return rc;
}

static int show_listing(const struct summary_task *task, struct fr_error *err)
{
	const struct summary_settings *settings = task->settings;
	const char *keys =
		settings->group_by ? settings->group_by : GROUPING_BY_CELL;
	const char *usual = settings->requests ? "latency_ns"
		: task->clock == CLOCK_TOTAL   ? "total_ns"
					       : "elapsed_ns";
	const char *metrics = settings->metric ? settings->metric : usual;
	const struct breakdown_terms terms = {.keys = keys,
		.metrics = metrics,
		.reference = settings->reference};
	struct listing *listing;
	int rc = settings->requests ? quantiles_create(&listing, task->runs,
					      task->count, keys, metrics, err)
				    : breakdown_create(&listing, task->runs,
					      task->count, &terms, err);

	if (!rc)
		rc = written(listing_write(stdout, listing, task->format), err);
	listing_free(listing);
	return rc;
}

/* Options that do not go together. Returns 0, or -1 with *err. */
static int check(const struct summary_settings *settings, struct fr_error *err)
{
	bool listing = settings->group_by || settings->metric;

	if (settings->fit && strcmp(settings->fit, "usl") != 0)
		return fr_error_set(err, EXIT_USAGE,
			"--fit '%.60s': must be usl", settings->fit);
	if (settings->fit &&
		(listing || settings->requests || settings->reference))
		return fr_error_set(err, EXIT_USAGE,
			"--fit takes throughput by concurrency: leave out "
			"--group-by, --metric, --reference and --requests");
	if (settings->requests && settings->reference)
		return fr_error_set(err, EXIT_USAGE,
			"--requests compares nothing: leave out --reference");
	return 0;
}

static int show(const struct summary_task *task, struct fr_error *err)
{
	const struct summary_settings *settings = task->settings;

	if (trials_survey(NULL, task->runs, task->count, err))
		return -1;
	if (settings->fit)
		return show_fit(task, err);
	if (settings->group_by || settings->metric || settings->requests)
		return show_listing(task, err);
	return show_table(task, err);
}

static int summary(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct summary_settings *settings = arg;
	const char **runs = (const char **)line->operands;
	char latest[LATEST_MAX];
	struct summary_task task = {.runs = runs,
		.count = (size_t)line->operand_count,
		.settings = settings};
	struct shard_runs shards;
	int rc,
		format = choose_word(
			"--format", settings->format, table_format_names, err);
	int clock = format < 0 ? -1
			       : choose_word("--clock", settings->clock,
					 summary_clock_names, err);

	if (clock < 0 || check(settings, err))
		return -1;
	if (!task.count)
		return fr_error_set(err, EXIT_USAGE,
			"expected a run's folder, such as results/reference");
	task.format = (enum table_format)format;
	task.clock = (enum summary_clock)clock;
	if (task.format == TABLE_TEXT)
		screen_fold(&stdout);
	if (latest_replace(runs, task.count, latest, err))
		return -1;
	rc = shard_runs_open(&shards, runs, task.count, false, err);
	if (!rc)
		rc = show(&task, err);
	if (!rc && shards.lacking)
		rc = EXIT_INVALID;
	shard_runs_close(&shards);
	return rc;
}

int cmd_summary(int argc, char **argv)
{
	struct summary_settings settings = {
		.format = "table", .clock = "total"};

	return command_run(&command, &settings, argc, argv, summary);
}
