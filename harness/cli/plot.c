/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace plot`: draws the pictures of a finished run anew. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/cli/shard_runs.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/plot/plots.h"
#include "harness/runs/latest.h"

struct plot_settings {
	const char *format, *out, *cells;
};

enum { RUNS_MAX = SHARDS_MAX };

#define OPTIONS_OF struct plot_settings

/* By the bits of enum plots_format. */
static const char *const formats_known[] = {"svg", "png", "pdf", "term", NULL};

static const struct option_spec options[] = {
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Format of the plots: svg, png, pdf, or term for "
		 "characters on the terminal, without any file (default svg "
		 "and png)."),
		.words = formats_known},
	{OPT_TEXT(out, "out", 'o', "DIR",
		"Folder for the plots; it may exist (default RUN/plots).")},
	{OPT_TEXT(cells, "cells", 'c', "S,..",
		"Show these strategies, or cells as in openmp@8, in gantt and "
		"in-flight (default: six that differ most in their time).")},
	{0},
};

static const struct command_spec command = {
	.name = "plot",
	.usage = "RUN|SHARD..|CHECK.json [options]",
	.summary = "Draws the plots of a run into RUN/plots: elapsed "
		   "(how long each strategy took),\n"
		   "cost (time against CPU time), gantt (which worker "
		   "downloaded what, and when),\n"
		   "completion (when the results arrived), in-flight "
		   "(requests in flight over time)\n"
		   "and latency (shares and high percentiles). If something "
		   "was swept, also\n"
		   "sweep-SETTING (time and efficiency), scaling (throughput "
		   "by concurrency),\n"
		   "crossover (from which value on cells lose) and winners "
		   "(the fastest at each two\n"
		   "values of two settings). Of the JSON report of a check, "
		   "draws forest (the changes).\n"
		   "latest is the newest run in results/. All shards of a run "
		   "are drawn as one run,\n"
		   "into the folder of the shard that is named first.",
	.examples = "  flagrace plot latest\n"
		    "  flagrace plot latest --format term\n"
		    "  flagrace plot results/reference --out pictures "
		    "--cells sequential,openmp\n",
	.options = options,
	.operands_max = RUNS_MAX,
};

/* Says where the pictures are. */
static void tell(const struct plots_terms *terms)
{
	if (terms->out_dir)
		printf("%s\n", terms->out_dir);
	else if (strrchr(terms->run_dir, '.') &&
		!strcmp(strrchr(terms->run_dir, '.'), ".json"))
		printf("forest.*, beside %s\n", terms->run_dir);
	else
		printf("%s/plots\n", terms->run_dir);
}

static int draw(struct plots_terms *terms, struct fr_error *err)
{
	int rc;

	terms->stop_fd = interrupt_open();
	rc = plots_draw(terms, err);
	close(terms->stop_fd);
	return rc;
}

/* Draws a run, or the shards of one run. Returns the exit status, or -1. */
static int draw_runs(struct plots_terms *terms, const char *const *dirs,
	size_t count, struct fr_error *err)
{
	char plots[PATH_MAX];
	struct shard_runs shards;
	int rc = shard_runs_open(&shards, dirs, count, true, err);

	terms->run_dir = shards.folder ? shards.folder : dirs[0];
	if (shards.folder && !terms->out_dir) {
		(void)snprintf(plots, sizeof(plots), "%s/plots", dirs[0]);
		terms->out_dir = plots;
	}
	if (!rc && count > 1 && !shards.folder)
		rc = fr_error_set(err, EXIT_USAGE,
			"%s is no shard of a run: draw one run at a time",
			dirs[0]);
	if (!rc)
		rc = draw(terms, err);
	if (!rc && terms->formats != PLOTS_TERM)
		tell(terms);
	if (!rc && shards.lacking)
		rc = EXIT_INVALID;
	shard_runs_close(&shards);
	return rc;
}

static int plot(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct plot_settings *settings = arg;
	struct plots_terms terms = {.out_dir = settings->out,
		.cells = settings->cells,
		.formats = PLOTS_SVG | PLOTS_PNG};
	const char **runs = (const char **)line->operands;
	size_t count = (size_t)line->operand_count;
	char latest[LATEST_MAX];

	if (!count)
		return fr_error_set(err, EXIT_USAGE,
			"expected a run's folder, such as "
			"results/20260131T120000Z-headline or latest");
	if (latest_replace(runs, count, latest, err) < 0)
		return -1;
	if (settings->format) {
		int format = choose_word(
			"--format", settings->format, formats_known, err);

		if (format < 0)
			return -1;
		terms.formats = 1u << format;
	}
	return draw_runs(&terms, runs, count, err);
}

int cmd_plot(int argc, char **argv)
{
	struct plot_settings settings = {.format = NULL};

	return command_run(&command, &settings, argc, argv, plot);
}
