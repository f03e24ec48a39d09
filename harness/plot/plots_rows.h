/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV files that the pictures are drawn from, made from those of a run. */
#ifndef HARNESS_PLOT_PLOTS_ROWS_H
#define HARNESS_PLOT_PLOTS_ROWS_H

#include "harness/base/error.h"
#include "harness/record/csv.h"
#include "harness/runs/summary.h"

/* The files leave out the floor, and cells without a valid trial. */
enum {
	PLOTS_CELLS_MAX = 100,  /* of elapsed.csv */
	PLOTS_PANELS_MAX = 32,  /* of gantt.csv; one cell each */
	PLOTS_ITEMS_MAX = 2000, /* of a panel: the first ones */
	PLOTS_LANES_MAX = 500,  /* of a panel: the first workers */
	PLOTS_CURVES_MAX =
		21,           /* of scaling.csv and completion.csv: the first */
	PLOTS_LINES_MAX = 28, /* of a history: the first */
	PLOTS_POINTS_MAX =
		500,           /* of a curve of completion.csv: evenly chosen */
	PLOTS_LEVELS_MAX = 12, /* of a setting in winners.csv: the least */
	PLOTS_FLIGHTS_MAX = 6, /* cells of in-flight.csv: the first */
	PLOTS_SPEEDS_MAX = 10, /* of throughput.csv: the fastest of each link */
	PLOTS_BINS = 200,      /* of the time, in these two */
};

/* The pictures that only some runs have data for; may be combined. */
enum plots_part {
	PLOTS_SCALING = 1 << 0,
	PLOTS_CROSSOVER = 1 << 1,
	PLOTS_WINNERS = 1 << 2,
	PLOTS_THROUGHPUT = 1 << 3,
};

/*
 * Writes elapsed.csv, gantt.csv, panels.csv, completion.csv and in-flight.csv
 * into plots_dir, which exists, and those of scaling.csv, crossing.csv,
 * winners.csv and throughput.csv that the run has data for, which *parts says (enum plots_part,
 * combined). What is beyond the limits above is left out, and the picture says
 * so. Returns 0, or -1 with *err saying why.
 */
int plots_data_write(const char *run_dir, const char *plots_dir,
	unsigned *parts, struct fr_error *err);

/*
 * Replaces what gnuplot 5.4 does not take in a text: it ends a quoted field at
 * the first comma or quote, and reads a backslash as an escape. A comma becomes
 * U+201A, which the scripts show as a comma; the others become spaces. A result
 * longer than size, at most ROWS_TEXT_MAX, is cut off.
 */
void plots_remove_quoting(char *text, size_t size);

/* "pthread-map@20". */
void plots_format_label(
	char label[ROWS_TEXT_MAX], const struct summary_row *row);

/* "pthread-map@20", and the settings that distinguish the cells. */
void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/* The same without the concurrency, which is the axis of a sweep. */
void plots_format_sweep(char sweep[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row);

/* What the row has in common with all others, as a picture's subtitle. */
void plots_format_work(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/*
 * The row's settings but for two (NULL: none), which are the axes. Settings
 * whose values are usual, and quiet ones that all share, are left out.
 */
void plots_format_others(char others[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *x, const struct setting *y);

/* The setting and the unit of its values, for an axis: "work, ms". */
void plots_format_axis(char axis[ROWS_TEXT_MAX], const struct setting *setting,
	const char *unit);

/* How many rows have a figure to draw: those with a rank. */
uint64_t plots_cells(const struct summary *summary);

/*
 * Puts length bytes into path's place, at once: on failure what was there
 * stays. Returns 0, or -1 with *err.
 */
int plots_replace(const char *path, const char *bytes, size_t length,
	struct fr_error *err);

/*
 * The same with the schema's file in directory and a text, which it frees. made:
 * whether the text could be made; if it is not 0, memory is short.
 */
int plots_write_file(const char *directory, const struct row_schema *schema,
	struct csv_text *text, int made, struct fr_error *err);

/* Says in *err why (an errno) path cannot be written. Returns -1. */
int plots_file_error(struct fr_error *err, const char *path, int error);

/* Writes gantt.csv and panels.csv. Returns 0, or -1 with *err. */
int plots_gantt_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err);

/* Writes completion.csv. Returns 0, or -1 with *err. */
int plots_completion_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err);

/* Writes in-flight.csv. Returns 0, or -1 with *err. */
int plots_in_flight_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err);

/*
 * Each writes a file if there is data for it, and then adds its picture to
 * *parts: scaling.csv, if a sweep of concurrencies can be fitted; crossing.csv,
 * if a setting was swept; winners.csv, if two settings have several values in
 * every combination of which some cell was run; throughput.csv, if a link had a
 * rate. Return 0, or -1 with *err.
 */
int plots_scaling_write(const struct summary *summary, const char *plots_dir,
	unsigned *parts, struct fr_error *err);
int plots_crossover_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, unsigned *parts, struct fr_error *err);
int plots_throughput_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, unsigned *parts, struct fr_error *err);
int plots_winners_write(const struct summary *summary, const char *plots_dir,
	unsigned *parts, struct fr_error *err);

/*
 * Draws directory/history.csv, in the format that file's ending says, and
 * puts the picture into file's place.
 */
int plots_history_run(const char *directory, const char *file, int stop_fd,
	struct fr_error *err);

#endif
