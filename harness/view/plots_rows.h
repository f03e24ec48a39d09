/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that make the pictures' CSV. */
#ifndef HARNESS_VIEW_PLOTS_ROWS_H
#define HARNESS_VIEW_PLOTS_ROWS_H

#include "harness/base/error.h"
#include "harness/record/csv.h"
#include "harness/runs/summary.h"
#include "harness/view/plots.h"

/*
 * gnuplot 5.4 ends a quoted field at its first comma or quote when it shows
 * it as text, and takes a backslash for an escape, so the texts of its files
 * have none of these (size, at most ROWS_TEXT_MAX, is the room): U+201A stands for a comma, and the scripts show a comma
 * for it; spaces stand for the others. What then is too long is cut off.
 */
void plots_remove_quoting(char *text, size_t size);

/* "pthread-map@20", and the settings that tell cells apart. */
void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/* The same without the concurrency, over which a sweep goes. */
void plots_format_sweep(char sweep[ROWS_TEXT_MAX],
	const struct summary *summary, const struct summary_row *row);

/* What the row has in common with all others, as a picture's subtitle. */
void plots_format_work(char work[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/* How many rows have a figure to draw: those with a rank. */
uint64_t plots_cells(const struct summary *summary);

/*
 * Puts length bytes into path's place, at once: on failure what was there
 * stays. Returns 0, or -1 with *err.
 */
int plots_replace(const char *path, const char *bytes, size_t length,
	struct fr_error *err);

/* The same with directory/name and a text. */
int plots_write_file(const char *directory, const char *name,
	struct csv_text *text, struct fr_error *err);

/* Says in *err why (an errno) path cannot be written. Returns -1. */
int plots_file_error(struct fr_error *err, const char *path, int error);

/* Writes gantt.csv and panels.csv. Returns 0, or -1 with *err. */
int plots_gantt_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err);

/* Writes completion.csv. Returns 0, or -1 with *err. */
int plots_completion_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err);

/*
 * Writes scaling.csv if the summary has a sweep that can be fitted: *sweep.
 * Returns 0, or -1 with *err.
 */
int plots_scaling_write(const struct summary *summary, const char *plots_dir,
	bool *sweep, struct fr_error *err);

/*
 * Draws directory/history.csv, in the format that file's ending says, and
 * puts the picture into file's place.
 */
enum plots_outcome plots_history_run(const char *directory, const char *file,
	int stop_fd, struct fr_error *err);

#endif
