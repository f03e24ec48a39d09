/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace compare`: two finished runs, cell by cell. Informative; the gate
 * is `flagrace check`, which interleaves what it compares.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/comparison.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/runs/latest.h"
#include "harness/view/changes_text.h"
#include "harness/view/table.h"

struct compare_settings {
	const char *metric, *fail_on, *format;
};

#define OPTIONS_OF struct compare_settings

static const struct option_spec options[] = {
	{OPT_TEXT(metric, "metric", 'm', "COLUMN,..",
		"Compare these numeric columns of trials.csv, or "
		"throughput (default total_ns).")},
	{OPT_TEXT(fail_on, "fail-on", 0, "RATIO|PERCENT",
		"Exit with 1 if a ratio is above this limit, such as 1.1 or "
		"10%, and its interval is above 1, or if NEW lacks a cell or "
		"fails significantly more of its requests. Exit with 3 if a "
		"cell has too few trials to decide (default: no limit).")},
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the comparison as table, csv, json or markdown "
		 "(default table)."),
		.words = table_format_names},
	{0},
};

static const struct command_spec command = {
	.name = "compare",
	.usage = "BASE NEW [options]",
	.summary = "Compares two finished runs cell by cell: medians, "
		   "their ratio, and its 95 %\n"
		   "interval. The ratio contains all that changed "
		   "between the runs. To judge a\n"
		   "single change, use 'flagrace check'.",
	.examples = "  flagrace compare results/reference latest\n"
		    "  flagrace compare results/reference results/RUN "
		    "--metric elapsed_ns,cpu_ns\n"
		    "  flagrace compare results/reference results/RUN "
		    "--fail-on 10%\n",
	.options = options,
	.operands_max = 2,
};

/* "1.1" or "10%" as a ratio; 0 when no limit is given. */
static int read_limit(const char *text, double *limit, struct fr_error *err)
{
	char *end;

	*limit = 0;
	if (!text)
		return 0;
	*limit = strtod(text, &end);
	if (end != text && strcmp(end, "%") == 0) {
		*limit = 1 + *limit / 100;
		end++;
	}
	/* strtod takes more than people mean: spaces, 0x10, inf. */
	if (strspn(text, "0123456789.%") == strlen(text) && end != text &&
		!*end && *limit >= 1 && *limit <= 1000)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"--fail-on '%.60s': must be a ratio from 1 to 1000, such as "
		"1.1, or a percentage, such as 10%%",
		text);
}

/* The exit status of the comparison under a limit. */
static enum exit_status judge(const struct listing *listing, double limit)
{
	enum exit_status status = EXIT_OK;

	for (size_t i = 0; i < listing->groups * listing->metrics; i++) {
		const struct comparison_row *row = listing_row(listing, i);

		if (!row->base_trials)
			continue;
		if (!row->new_trials || row->fails_more ||
			(row->ratio.value > limit && row->ratio.low > 1))
			return EXIT_REGRESSION;
		if (isnan(row->ratio.low))
			status = EXIT_INCONCLUSIVE;
	}
	return status;
}

/* Warns of differences between the runs that affect every ratio. */
static void warn(const struct comparison *comparison)
{
	if (comparison->settings == 1)
		fprintf(stderr, "note: the runs differ in: %s\n",
			comparison->differs);
	else if (comparison->settings)
		fprintf(stderr,
			"warning: the runs differ in several settings, so no "
			"ratio can be attributed to one of them: %s\n",
			comparison->differs);
	if (comparison->hosts[0])
		fprintf(stderr,
			"warning: the runs were measured on different "
			"hosts or builds: %s\n",
			comparison->hosts);
}

static int compare(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct compare_settings *settings = arg;
	struct comparison comparison = {.listing = NULL};
	const char **runs = (const char **)line->operands;
	char latest[LATEST_MAX];
	double limit;
	int format = choose_word(
		"--format", settings->format, table_format_names, err);
	int rc = -1;

	if (format < 0 || read_limit(settings->fail_on, &limit, err) < 0)
		return -1;
	if (line->operand_count != 2)
		return fr_error_set(err, EXIT_USAGE,
			"expected two runs' folders, such as "
			"results/reference results/RUN");
	if (latest_replace(runs, 2, latest, err) < 0 ||
		comparison_init(&comparison, runs, settings->metric, err) < 0)
		goto out;
	warn(&comparison);
	if (format == TABLE_TEXT)
		screen_fold(&stdout);
	if (format == TABLE_TEXT || format == TABLE_MARKDOWN)
		changes_write_comparison(stdout, &comparison);
	if (listing_write(
		    stdout, comparison.listing, (enum table_format)format))
		fr_error_set(err, EXIT_INVALID, "cannot write the comparison");
	else
		rc = limit > 0 ? (int)judge(comparison.listing, limit)
			       : EXIT_OK;
out:
	comparison_release(&comparison);
	return rc;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_settings settings = {
		.metric = "total_ns", .format = "table"};

	return command_run(&command, &settings, argc, argv, compare);
}
