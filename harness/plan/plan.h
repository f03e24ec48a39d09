/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run is made of: cells, the product of everything swept, and for each
 * block an order of the cells, shuffled by the seed.
 */
#ifndef HARNESS_PLAN_PLAN_H
#define HARNESS_PLAN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "harness/error.h"
#include "harness/plan/sweep.h"
#include "harness/trial/exec.h"

/* The most cells of a run, and of the product from which they are taken. */
enum { PLAN_CELLS_MAX = 1000, PLAN_PRODUCT_MAX = 100000 };

struct plan {
	struct cell *cells;
	size_t count;
};

/*
 * Makes the product of a sweep's lists, none of them empty. A strategy is a
 * name, the path of a .so file, or "all" (every built-in), with an optional
 * @CONCURRENCY of its own; programs are strategies too, found by name, and
 * those that are not named are added. Cells that come out equal are kept once.
 * The plan outlives neither programs nor registry. Returns 0, or -1 with *err
 * filled in and *plan empty.
 */
int plan_init(struct plan *plan, const struct sweep *sweep,
	const struct exec_list *programs, struct fr_error *err);

void plan_release(struct plan *plan);

/* The most requests that any of its cells has. */
uint64_t plan_most_requests(const struct plan *plan);

/* The order of block: a permutation of 0..count-1, the same for a seed. */
void plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order);

#endif
