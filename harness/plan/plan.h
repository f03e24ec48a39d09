/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a run: its cells, which are the product of all swept values, and
 * for each block an order of the cells, shuffled by the seed.
 */
#ifndef HARNESS_PLAN_PLAN_H
#define HARNESS_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/plan/sweep.h"
#include "harness/roster/exec.h"

/* The most cells of a plan, and of the products before exclusion. */
enum { PLAN_CELLS_MAX = 1000, PLAN_PRODUCT_MAX = 100000 };

/* The most comparisons of cells with values to exclude. */
enum { PLAN_EXCLUSIONS_MAX = 10000000 };

struct plan {
	struct cell *cells;
	size_t count;
	bool *excluding; /* for each entry to exclude: it excludes some cell */
	uint64_t rounds_per_ms; /* see plan_calibrate; 0: not calibrated */
};

/* The input of a plan. The caller owns all of it. */
struct plan_spec {
	const struct sweep *sweep; /* none of its lists is empty */
	/* Further products; an empty list stands for the one in `sweep`. */
	const struct sweep *include;
	size_t include_count;
	/* An entry excludes cells whose values are in all non-empty lists. */
	const struct sweep *exclude;
	size_t exclude_count;
	const struct exec_list *programs;
};

/*
 * Makes the product of the sweep's lists, adds the products to include, and
 * drops the cells to exclude, before concurrencies are clamped. A strategy is a
 * name, the path of a .so file, or "all", with an optional @CONCURRENCY of its
 * own. "all" is every built-in that can run here, except that strategies that
 * hand work on need a value of `work`, strategies that find a limit need a
 * value of `capacity` or `limit`, strategies without TLS need that no value of
 * `tls` asks for it, and those that cannot resume sessions that no cell does. Programs are strategies too, found by name;
 * programs that no list names are added. Equal cells are kept once. A plan
 * without cells is an error. The plan must not outlive programs and the
 * registry. Returns 0, or -1 with *err filled in and *plan empty.
 */
int plan_init(
	struct plan *plan, const struct plan_spec *spec, struct fr_error *err);

void plan_release(struct plan *plan);

/*
 * If a cell has CPU work, tells all cells how many rounds of it fit into a
 * millisecond (harness/base/work.h), and sets plan->rounds_per_ms. `known` is
 * that number from an earlier measurement; 0: it is measured here. One thread.
 */
void plan_calibrate(struct plan *plan, uint64_t known);

/* The largest number of requests of any cell. */
uint64_t plan_most_requests(const struct plan *plan);

/* Whether a cell has a link. */
bool plan_has_link(const struct plan *plan);

/* Whether the latency of a cell may be a trace. */
bool plan_has_trace(const struct plan *plan);

/*
 * Writes the order of the cells in a block: a permutation of 0..count-1, which
 * depends on seed and block alone. Returns 0 or -ENOMEM.
 */
int plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order);

/*
 * The seed of all draws of a block's trials: delays, faults and schedules. All
 * cells of a block have the same seed, and blocks differ, so that the blocks of
 * a run sample the draws. Block 1 has the run's own seed. All other seeds are
 * below 2^53, so that every reader of CSV keeps them exactly.
 */
uint64_t plan_seed(uint64_t seed, int64_t block);

#endif
