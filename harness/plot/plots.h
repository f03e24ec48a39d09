/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pictures of a run: RUN/plots/elapsed.* (how long each cell took, beside
 * its ideal), RUN/plots/gantt.* (who downloaded what when, in the trial nearest
 * each cell's median), RUN/plots/completion.* (when the results of that trial
 * came) and RUN/plots/in-flight.* (how many requests were in flight). A run over
 * links with a rate has RUN/plots/throughput.* (how fast bodies came). A run that
 * sweeps concurrency also has RUN/plots/scaling.* (throughput by concurrency
 * with the curve fitted to it), one that sweeps a setting RUN/plots/crossover.*
 * (from which value on cells lose to the fastest), and one that sweeps two
 * RUN/plots/winners.* (which cell is fastest where). They are made from
 * trials.csv and requests.csv by way of small CSV files beside them, which
 * gnuplot reads.
 *
 * gnuplot is run without a shell, in RUN/plots, on scripts that are part of
 * the program, with fixed file names and text that is never markup: nothing
 * in a run folder is ever parsed as a command.
 */
#ifndef HARNESS_PLOT_PLOTS_H
#define HARNESS_PLOT_PLOTS_H

#include "harness/analysis/history.h"
#include "harness/base/error.h"

/* Which files to make; may be combined. */
enum plots_format {
	PLOTS_SVG = 1 << 0,
	PLOTS_PNG = 1 << 1,
	PLOTS_PDF = 1 << 2,
	PLOTS_TERM = 1 << 3, /* alone: characters on standard output, no file */
};

/* What is drawn, and where. */
struct plots_terms {
	const char *run_dir; /* or the report of a check, a file in JSON */
	/* Where the pictures go; NULL: RUN/plots, or beside the report. */
	const char *out_dir;
	/*
	 * The cells that have a panel of gantt and in-flight, as in
	 * "pthread-map,openmp@8"; NULL: six telling ones.
	 */
	const char *cells;
	unsigned formats; /* enum plots_format, combined */
	int stop_fd;      /* -1: none */
};

/*
 * Draws the pictures of a run in each of the formats. Makes the folder for them
 * only when the run has been read, and replaces what is there, each at once:
 * what cannot be drawn or written whole leaves what was there. The other
 * pictures are drawn all the same, and *err tells of the first that was not; a
 * format for which gnuplot has no terminal costs that format only. Starts child
 * processes and waits for them: not for a process that reaps children behind its
 * own back. When stop_fd becomes readable, they are killed, and *err has the
 * status EXIT_INTERRUPTED. Returns 0, or -1 with *err.
 */
int plots_draw(const struct plots_terms *terms, struct fr_error *err);

/*
 * Draws a history into file, whose ending says the format: svg, png or pdf. A
 * line for each cell but the reference's own and the floor's; of very many the
 * first ones. Replaces what is there, at once; otherwise as plots_draw.
 */
int plots_history_draw(const struct history *history, const char *file,
	int stop_fd, struct fr_error *err);

#endif
