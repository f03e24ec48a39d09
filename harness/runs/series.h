/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trials that are summarized together: for each trial a point with its figures
 * and its block. Two series are paired by block.
 * A series belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_SERIES_H
#define HARNESS_RUNS_SERIES_H

#include "harness/base/stats.h"
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
 * Copies the values of a figure into values, which has room for series->count.
 * Returns how many are known; the known values come first, sorted.
 */
size_t series_values(
	const struct series *series, size_t figure, double *values);

/*
 * The ratio of a figure of series a to that of series b, paired by block: for
 * each block, the median of a's points is compared with the median of b's. Both
 * series are sorted. Returns 0 or -ENOMEM. Without a common block *ratio is
 * unknown.
 */
int series_ratio(struct estimate *ratio, const struct series *a,
	const struct series *b, size_t figure);

/* The number of failed requests; FR_UNKNOWN: no trial says. */
uint64_t series_failed(const struct series *series);

/*
 * Whether a ratio of the figure is meaningful. It is not if one series failed
 * significantly more of its requests, unless the figure counts requests.
 */
bool series_comparable(const struct series *a, const struct series *b,
	const struct measure *measure);

/* Afterwards the series is empty and may be used again. */
void series_release(struct series *series);

#endif
