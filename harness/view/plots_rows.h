/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared by the files that write the CSV of the plots. */
#ifndef HARNESS_VIEW_PLOTS_ROWS_H
#define HARNESS_VIEW_PLOTS_ROWS_H

#include "harness/base/error.h"
#include "harness/record/csv.h"
#include "harness/runs/summary.h"
#include "harness/view/plots.h"

/*
 * Replaces what gnuplot 5.4 does not take in a text: it ends a quoted field at
 * the first comma or quote, and reads a backslash as an escape. A comma becomes
 * U+201A, which the scripts show as a comma; the others become spaces. A result
 * longer than size, at most ROWS_TEXT_MAX, is cut off.
 */
void plots_remove_quoting(char *text, size_t size);

/* "pthread-map@20", and the settings that distinguish the cells. */
void plots_format_cell(char cell[ROWS_TEXT_MAX], const struct summary *summary,
	const struct summary_row *row);

/* The same without the concurrency, which is the axis of a sweep. */
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
