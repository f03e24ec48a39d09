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
	struct block {
		size_t run;
		int64_t block;
	} * blocks; /* ascending */
	size_t block_count;
	double *times;  /* [line][level][block]; NaN: none */
	size_t *drawn;  /* block_count of them: the blocks of a resample */
	double *values; /* block_count of them, for a median */
};

/*
 * For sweeps of the collection's groups; it must outlive *swept. Returns 0 or
 * -ENOMEM; swept_release in either case.
 */
int swept_init(struct swept *swept, const struct collection *collection);
void swept_release(struct swept *swept);

/*
 * Takes the times of swept->setting's sweep of which `first` is the first
 * group, with each block drawn once. Returns 1; 0 if there is no such sweep, or
 * one of less than levels_min levels; or -ENOMEM.
 */
int swept_take(struct swept *swept, size_t first, size_t levels_min);

/* Draws as many blocks as there are with replacement; NULL: each block once. */
void swept_draw(struct swept *swept, gsl_rng *rng);

/* The median over the drawn blocks; NaN: no block has a time. */
double swept_median(const struct swept *swept, size_t line, size_t level);

#endif
