/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be measured of a row: each numeric column, and a few figures that
 * are computed from several columns. Constant; any thread.
 */
#ifndef HARNESS_RUNS_MEASURES_H
#define HARNESS_RUNS_MEASURES_H

#include "harness/base/error.h"
#include "harness/record/rows.h"

struct measure {
	const char *name, *unit;
	double (*figure)(const void *row); /* NULL: the value of the column */
	const struct column *column;
	const char *const
		*made_of; /* of requests: names of columns, then NULL */
};

/* The measures of a row: its columns, and those made of several. */
struct measure_set {
	const struct row_schema *schema;
	const struct measure *made;
	size_t count;
};

extern const struct measure_set trial_measures;
extern const struct measure_set request_measures;

/*
 * Finds a measure by its name. Returns 0, or -1 with *err naming the nearest
 * known measure.
 */
int measure_find(struct measure *measure, const struct measure_set *set,
	const char *name, struct fr_error *err);

/* Whether a column's values are numbers, so that it can be measured. */
bool measure_is_number(const struct column *column);

/* The value of a numeric column; NaN when it is unknown, or no number. */
double column_figure(const struct column *column, const void *row);

/* The row's figure, in the measure's unit; NaN when it is unknown. */
double measure_of(const struct measure *measure, const void *row);

/* A count as a figure; NaN when it is unknown. */
double measure_known(uint64_t count);

/* The time of the whole trial, in ns; NaN when it is unknown. */
double trial_total_ns(const struct trial_row *trial);

/* CPU time of all processes of the client, in ns; NaN when it is unknown. */
double trial_cpu_ns(const struct trial_row *trial);

/* From the start, or the scheduled one, to the end, in ns; NaN: unknown. */
double measure_latency_ns(const struct request_row *request);

/* When a request was over: before the work on its item, if there was any. */
uint64_t measure_answered_ns(const struct request_row *request);

/* Whether the measure is computed from that column. */
bool measure_needs(const struct measure *measure, const struct column *column);

/*
 * Finds a column by its name. Returns it, or NULL with *err naming the nearest
 * column of the file.
 */
const struct column *column_find(const struct row_schema *schema,
	const char *name, struct fr_error *err);

#endif
