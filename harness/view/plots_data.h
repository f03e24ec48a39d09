/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CSV files the pictures are drawn from, made from those of the run. The
 * floor and cells without a valid trial are in neither.
 */
#ifndef HARNESS_VIEW_PLOTS_DATA_H
#define HARNESS_VIEW_PLOTS_DATA_H

#include <stdbool.h>

#include "harness/base/error.h"

enum {
	PLOTS_CELLS_MAX = 100,  /* of elapsed.csv */
	PLOTS_PANELS_MAX = 32,  /* of gantt.csv; one cell each */
	PLOTS_ITEMS_MAX = 2000, /* of a panel: the first ones */
	PLOTS_LANES_MAX = 500,  /* of a panel: the first workers */
	PLOTS_CURVES_MAX =
		21,           /* of scaling.csv and completion.csv: the first */
	PLOTS_LINES_MAX = 28, /* of a history: the first */
	PLOTS_POINTS_MAX =
		500, /* of a curve of completion.csv: evenly chosen */
};

/*
 * Writes elapsed.csv, gantt.csv, panels.csv and completion.csv into plots_dir,
 * which exists, and scaling.csv if the run has a sweep of concurrencies that
 * can be fitted, which *sweep says. What is beyond the limits above is left
 * out, and the picture says so. Returns 0, or -1 with *err saying why.
 */
int plots_data_write(const char *run_dir, const char *plots_dir, bool *sweep,
	struct fr_error *err);

#endif
