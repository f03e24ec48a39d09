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
	PLOTS_TELLING = 6,      /* panels that nobody asked for by name */
	PLOTS_PANELS_MAX = 32,  /* of gantt.csv; one cell each */
	PLOTS_ITEMS_MAX = 2000, /* of a panel: the first ones */
	PLOTS_LANES_MAX = 500,  /* of a panel: the first workers */
	PLOTS_CURVES_MAX =
		21,           /* of scaling.csv and completion.csv: the first */
	PLOTS_LINES_MAX = 28, /* of a history: the first */
	PLOTS_POINTS_MAX =
		500,           /* of a curve of completion.csv: evenly chosen */
	PLOTS_LEVELS_MAX = 12, /* of a setting in winners.csv: the least */
	PLOTS_FLIGHTS_MAX = 12, /* of in-flight.csv; one cell each */
	PLOTS_SPEEDS_MAX = 10, /* of throughput.csv: the fastest of each link */
	PLOTS_BINS = 200,      /* of the time, in these two */
	PLOTS_COSTS_MAX = 40,  /* cells of cost.csv: the first */
	PLOTS_LATENCIES_MAX = 14, /* cells of latency.csv */
	PLOTS_FILES_MAX = 48,
};

/* The run that pictures are made of; all is the caller's. */
struct plots_run {
	const char *dir;
	const char *cells; /* of panels, as plots.h says; NULL: telling ones */
	const struct summary *summary; /* its order is that of the tables */
};

/*
 * The files that pictures are drawn from. They are kept in memory until all are
 * made, so that a run that cannot be read leaves no folder behind.
 */
struct plots_files {
	size_t count;
	struct plots_file {
		char name[64]; /* elapsed.csv */
		struct csv_text text;
	} file[PLOTS_FILES_MAX];
};

/*
 * Adds a text, which it takes, under the name of the schema's file. made: whether
 * the text could be made; if it is not 0, memory is short. Returns 0, or -1 with
 * *err.
 */
int plots_keep(struct plots_files *files, const struct row_schema *schema,
	struct csv_text *text, int made, struct fr_error *err);

/* Whether there is a file of that name. */
bool plots_have(const struct plots_files *files, const char *name);

void plots_files_release(struct plots_files *files);

/*
 * Makes the files that the run has data for: elapsed.csv, gantt.csv and
 * panels.csv, completion.csv and in-flight.csv; scaling.csv, if a sweep of
 * concurrencies can be fitted; crossing.csv, if a setting was swept; winners.csv,
 * if two settings have several values in every combination of which some cell
 * was run; throughput.csv, if a link had a rate; latency.csv; cost.csv, if cells can be
 * compared; and sweep-SETTING.csv for each setting, or the concurrency, with
 * three values at least while all else is the same. What is beyond the limits above
 * is left out, and the picture says so. A file that cannot be made leaves the
 * others. Returns 0, or -1 with *err saying why the first one could not.
 */
int plots_data_make(struct plots_files *files, const char *run_dir,
	const char *cells, struct fr_error *err);

/*
 * Replaces what gnuplot 5.4 does not take in a text: it ends a quoted field at
 * the first comma or quote, and reads a backslash as an escape. These become
 * U+201A, U+FF02 and U+FF3C, which the scripts show as what they stand for. A
 * result longer than size, at most ROWS_TEXT_MAX, is cut off.
 */
void plots_remove_quoting(char *text, size_t size);

/*
 * If s begins with one of these, returns its length in bytes and the character
 * that it stands for; else 0.
 */
size_t plots_quoting(char *character, const char *s);

/* "pthread-map@20". */
void plots_format_label(
	char label[ROWS_TEXT_MAX], const struct summary_row *row);

/* "pthread-map@20", and the settings that distinguish the cells. */
void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/*
 * The same of all cells that differ from the row in what is swept at most: a
 * setting, or (NULL) the concurrency.
 */
void plots_format_curve(char curve[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *swept);

/*
 * What the row has in common with all others, for a picture's caption, as options
 * that can be pasted into a shell: "--requests 20 --latency 50ms".
 */
void plots_format_work(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/* The same of the cells that did the same work as the row. */
void plots_format_group(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/*
 * The same of all settings but two (NULL: none), which are the axes. Settings
 * whose values are usual, and quiet ones that all share, are left out.
 */
void plots_format_others(char others[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row,
	const struct setting *x, const struct setting *y);

/* The setting and the unit of its values, for an axis: "work, ms". */
void plots_format_axis(char axis[ROWS_TEXT_MAX], const struct setting *setting,
	const char *unit);

/*
 * Chooses at most max rows that have a figure, in the order of their work and
 * then of their elapsed time: those of `cells`, which are named as plots.h says, or else (NULL) the telling
 * ones: the fastest, the slowest, and then always the one whose elapsed time
 * differs most from all that are chosen. Returns how many.
 */
size_t plots_choose(const struct summary_row **rows, size_t max,
	const struct summary *summary, const char *cells);

/* Returns 0 if there is a cell of each name in `cells`, or -1 with *err. */
int plots_check_cells(
	const struct summary *summary, const char *cells, struct fr_error *err);

/* How many rows have a figure to draw: those with a rank. */
uint64_t plots_cells(const struct summary *summary);

/*
 * Puts length bytes into path's place, at once: on failure what was there
 * stays. Returns 0, or -1 with *err.
 */
int plots_replace(const char *path, const char *bytes, size_t length,
	struct fr_error *err);

/*
 * The same of a picture of gnuplot in SVG, with its own title, with colours that
 * follow the reader's scheme, and with each hypertext as the title of its point.
 */
int plots_svg_save(const char *bytes, size_t length, const char *file,
	struct fr_error *err);

/* Says in *err why (an errno) path cannot be written. Returns -1. */
int plots_file_error(struct fr_error *err, const char *path, int error);

/*
 * A file that is made from the requests of the trials that stand for cells. All
 * of these are made in one pass over requests.csv, which may be large.
 */
struct plots_pass {
	/* Makes *state; NULL: the run has no data for this file. */
	int (*begin)(void **state, const struct plots_run *run,
		struct fr_error *err);
	/*
	 * The place of a trial in the state, or NULL if its requests are not
	 * wanted. Called for each trial with a verdict that counts.
	 */
	void *(*find)(void *state, const struct trial_row *trial);
	int (*take)(void *state, void *place, const struct request_row *request,
		struct fr_error *err);
	int (*finish)(void *state, const struct plots_run *run,
		struct plots_files *files, struct fr_error *err);
	void (*free)(void *state);
};

extern const struct plots_pass plots_gantt, plots_completion, plots_in_flight,
	plots_throughput, plots_latency;

/* Makes the files of all passes, as plots_data_make does. */
int plots_passes_run(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);

/* The others. Each adds its file if there is data for it. */
int plots_scaling_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);
int plots_sweeps_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);
int plots_cost_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);
int plots_crossover_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);
int plots_winners_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err);

/* Makes forest.csv of a check's report in JSON. Returns 0, or -1 with *err. */
int plots_forest_make(
	struct plots_files *files, const char *report, struct fr_error *err);

/* Writes pictures of characters to standard output. Returns 0, or -1 with *err. */
int plots_term_show(const struct plots_files *files, struct fr_error *err);

/*
 * Draws directory/history.csv, in the format that file's ending says, and
 * puts the picture into file's place.
 */
int plots_history_run(const char *directory, const char *file, int stop_fd,
	struct fr_error *err);

#endif
