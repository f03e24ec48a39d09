/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace plot`: draws the pictures of a finished run anew. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/plot/plots.h"
#include "harness/runs/latest.h"

struct plot_settings {
	const char *format, *out, *cells;
};

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
	.usage = "RUN|CHECK.json [options]",
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
		   "latest is the newest run in results/.",
	.examples = "  flagrace plot latest\n"
		    "  flagrace plot latest --format term\n"
		    "  flagrace plot results/reference --out pictures "
		    "--cells sequential,openmp\n",
	.options = options,
	.operands_max = 1,
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

static int plot(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct plot_settings *settings = arg;
	struct plots_terms terms = {.out_dir = settings->out,
		.cells = settings->cells,
		.formats = PLOTS_SVG | PLOTS_PNG};
	const char **runs = (const char **)line->operands;
	char latest[LATEST_MAX];
	int rc;

	if (line->operand_count != 1)
		return fr_error_set(err, EXIT_USAGE,
			"expected a run's folder, such as "
			"results/20260131T120000Z-headline or latest");
	if (latest_replace(runs, 1, latest, err) < 0)
		return -1;
	terms.run_dir = runs[0];
	if (settings->format) {
		int format = choose_word(
			"--format", settings->format, formats_known, err);

		if (format < 0)
			return -1;
		terms.formats = 1u << format;
	}
	terms.stop_fd = interrupt_open();
	rc = plots_draw(&terms, err);
	close(terms.stop_fd);
	if (rc)
		return -1;
	if (terms.formats != PLOTS_TERM)
		tell(&terms);
	return EXIT_OK;
}

int cmd_plot(int argc, char **argv)
{
	struct plot_settings settings = {.format = NULL};

	return command_run(&command, &settings, argc, argv, plot);
}
