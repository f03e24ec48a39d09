/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trials that are summarized together: a point for each, with the figures
 * taken of it and the block it was run in, by which two series are paired.
 * A series belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_SERIES_H
#define HARNESS_RUNS_SERIES_H

#include "harness/judge/stats.h"
#include "harness/runs/failing.h"
#include "harness/runs/measures.h"

enum {
	SERIES_FIGURES_MAX = 24,
	SERIES_POINTS_MAX = 1000000,
};

struct point {
	size_t run; /* blocks of different runs are different blocks */
	int64_t block;
	char trial[sizeof(((struct trial_row *)0)->trial)];
	double figures[SERIES_FIGURES_MAX]; /* one per measure */
};

struct series {
	struct point *points; /* owned */
	size_t count, capacity;
	struct failing failing; /* of all requests of the trials */
};

/*
 * Adds a trial with its figure for each of the measures (at most
 * SERIES_FIGURES_MAX). Returns 0 or -ENOMEM, also beyond SERIES_POINTS_MAX.
 */
int series_add(struct series *series, size_t run, const struct trial_row *trial,
	const struct measure *measures, size_t count);

/* Sorts the points by run and block, as series_ratio needs them. */
void series_sort(struct series *series);

/*
 * A figure's values, copied into values (series->count of them). Returns how
 * many are known: they come first, sorted.
 */
size_t series_values(
	const struct series *series, size_t figure, double *values);

/*
 * How many times as large as b's a figure of a is, block by block: each of a
 * block's pair is the median of what the series has in that block. Both are
 * sorted. Returns 0 or -ENOMEM; without a common block *ratio is unknown.
 */
int series_ratio(struct estimate *ratio, const struct series *a,
	const struct series *b, size_t figure);

/* Requests that failed; FR_UNKNOWN: the trials do not say. */
uint64_t series_failed(const struct series *series);

/*
 * Whether a ratio of the figure says anything: not where one of the two failed
 * significantly more of its requests, unless the figure counts requests.
 */
bool series_comparable(const struct series *a, const struct series *b,
	const struct measure *measure);

/* The series may be used again, empty. */
void series_release(struct series *series);

#endif
