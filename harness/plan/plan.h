/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run is made of: cells, the product of everything swept, and for each
 * block an order of the cells, shuffled by the seed.
 */
#ifndef HARNESS_PLAN_PLAN_H
#define HARNESS_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/plan/sweep.h"
#include "harness/roster/exec.h"

/* The most cells of a run, and of the product from which they are taken. */
enum { PLAN_CELLS_MAX = 1000, PLAN_PRODUCT_MAX = 100000 };

/* The most comparisons of cells with what is excluded. */
enum { PLAN_EXCLUSIONS_MAX = 10000000 };

struct plan {
	struct cell *cells;
	size_t count;
	bool *excluding; /* for each entry to exclude: it leaves a cell out */
};

/* What a plan is made of. All of it is the caller's. */
struct plan_spec {
	const struct sweep *sweep; /* no list of it is empty */
	/* Further products; an empty list of one is as in `sweep`. */
	const struct sweep *include;
	size_t include_count;
	/* A cell is left out if some entry has its value in each list it has */
	const struct sweep *exclude;
	size_t exclude_count;
	const struct exec_list *programs;
};

/*
 * Makes the product of the sweep's lists, adds those to include, and leaves out
 * what is to be excluded, before clamping. A strategy is a name, the path of a
 * .so file, or "all" (every built-in that can run here), with an optional
 * @CONCURRENCY of its
 * own; programs are strategies too, found by name, and those that are not named
 * are added. Cells that come out equal are kept once; none at all is an error.
 * The plan outlives neither programs nor registry. Returns 0, or -1 with *err
 * filled in and *plan empty.
 */
int plan_init(
	struct plan *plan, const struct plan_spec *spec, struct fr_error *err);

void plan_release(struct plan *plan);

/* The most requests that any of its cells has. */
uint64_t plan_most_requests(const struct plan *plan);

/*
 * The order of block: a permutation of 0..count-1, the same for a seed. Returns
 * 0 or -ENOMEM.
 */
int plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order);

/*
 * The seed of all that a block's trials draw: delays, faults and arrivals. The
 * same for every cell of the block, and another for every block, so that the
 * blocks of a run are a sample of the draws. Block 1 has the run's own seed.
 * Below 2^53 unless the run's is above, so that any reader of CSV keeps it.
 */
uint64_t plan_seed(uint64_t seed, int64_t block);

#endif
