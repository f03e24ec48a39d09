/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace plot`: draws the pictures of a finished run anew. */
#include <stdio.h>
#include <unistd.h>

#include "harness/base/interrupt.h"
#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/plot/plots.h"
#include "harness/runs/latest.h"

struct plot_settings {
	const char *format, *out, *cells;
};

#define OPTIONS_OF struct plot_settings

static const struct option_spec options[] = {
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		"Format of the plots: svg, png, pdf, or term for "
		"characters on the terminal, without any file (default svg "
		"and png).")},
	{OPT_TEXT(out, "out", 'o', "DIR",
		"Folder for the plots; it may exist (default RUN/plots).")},
	{OPT_TEXT(cells, "cells", 'c', "S,..",
		"Show these strategies, or cells as in openmp@8, in gantt and "
		"in-flight (default: six that differ most in their time).")},
	{0},
};

static const struct command_spec command = {
	.name = "plot",
	.usage = "RUN [options]",
	.summary = "Draws the plots of a run into RUN/plots: elapsed "
		   "(how long each strategy took),\n"
		   "gantt (which worker downloaded what, and when), "
		   "completion (when the results\n"
		   "arrived) and in-flight (requests in flight over time). If "
		   "something was swept,\n"
		   "also scaling (throughput by concurrency), crossover (from "
		   "which value on cells\n"
		   "lose) and winners (the fastest at each two values of two "
		   "settings).",
	.examples = "  flagrace plot latest\n"
		    "  flagrace plot latest --format term\n"
		    "  flagrace plot results/reference --out pictures "
		    "--cells sequential,openmp\n",
	.options = options,
	.operands_max = 1,
};

/* By the bits of enum plots_format. */
static const char *const formats_known[] = {"svg", "png", "pdf", "term", NULL};

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
		int format = command_choose(
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
		printf("%s%s\n", terms.out_dir ? terms.out_dir : terms.run_dir,
			terms.out_dir ? "" : "/plots");
	return EXIT_OK;
}

int cmd_plot(int argc, char **argv)
{
	struct plot_settings settings = {.format = NULL};

	return command_run(&command, &settings, argc, argv, plot);
}
