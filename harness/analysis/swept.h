/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of a sweep lie in a matrix: for each cell (a line), each value of
 * the swept setting (a level) and each block, one time. If concurrency is what
 * is swept, a line is a strategy. Medians are those of
 * drawn blocks: of each block once, or of a resample.
 */
#ifndef HARNESS_ANALYSIS_SWEPT_H
#define HARNESS_ANALYSIS_SWEPT_H

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/runs/collection.h"
#include "harness/runs/summary.h"

struct swept {
	const struct collection *collection;
	/* Set by the caller: what is swept; NULL: the concurrency. */
	const struct setting *setting;
	const char *unit;
	size_t *groups; /* of the sweep */
	size_t group_count;
	double *levels; /* ascending */
	size_t level_count;
	const struct trial_row **lines; /* a row of each cell, at any level */
	size_t line_count;
	struct swept_block {
		size_t run;
		int64_t block;
	} * blocks; /* ascending */
	size_t block_count;
	double *times;  /* [line][level][block]; NaN: none */
	size_t *drawn;  /* block_count of them: the blocks of a resample */
	double *values; /* block_count of them, for a median */
	gsl_rng *rng;
};

/* Looks for sweeps. Returns 0 or -ENOMEM. */
typedef int swept_find_fn(void *ctx, struct swept *swept);

/*
 * Calls find with the runs' trials, whose times are by the clock; not if there
 * are more than 1024 cells. Returns 0, or -1 with *err as summary_create does.
 */
int swept_search(const char *const *run_dirs, size_t runs,
	enum summary_clock clock, swept_find_fn *find, void *ctx,
	struct fr_error *err);

/*
 * Takes the times of swept->setting's sweep of which `first` is the first
 * group, with each block drawn once. Returns 1; 0 if there is no such sweep, or
 * one of less than levels_min levels; or -ENOMEM.
 */
int swept_take(struct swept *swept, size_t first, size_t levels_min);

/* The median over the drawn blocks; NaN: no block has a time. */
double swept_median(const struct swept *swept, size_t line, size_t level);

/* A figure of a line, over the drawn blocks; NaN: it has none. */
typedef double swept_figure_fn(
	const struct swept *swept, size_t line, const void *ctx);

/*
 * The interval of a figure: the percentile bootstrap (B. Efron and R. J.
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13) over blocks.
 * NaN: there are too few blocks, as for medians, or no figure. The same blocks
 * give the same interval.
 */
void swept_interval(double *low, double *high, struct swept *swept, size_t line,
	swept_figure_fn *figure, const void *ctx);

#endif
