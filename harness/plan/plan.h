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

#include <flagrace/strategy.h>

#include "harness/error.h"

/* The most cells and the most requests in flight a run may ask for. */
enum { PLAN_CELLS_MAX = 1000, PLAN_CONCURRENCY_MAX = 20000 };

/* One configuration. */
struct cell {
	const struct fr_strategy *strategy;
	unsigned concurrency; /* as it will run, after clamping */
	bool clamped;         /* it was asked for more */
	char latency[128];    /* as written; the server knows what it means */
};

struct plan {
	struct cell *cells;
	size_t count;
};

/*
 * Makes the product of three lists, each separated by commas. strategies holds
 * names, paths of .so files, "all" (every built-in), each with an optional
 * @CONCURRENCY of its own. In latencies a comma ends a spec when the spec is a
 * bare time or when what follows names a distribution. Cells that come out
 * equal are kept once. Returns 0, or -1 with *err filled in.
 */
int plan_init(struct plan *plan, const char *strategies,
	const char *concurrencies, const char *latencies, size_t requests,
	struct fr_error *err);

void plan_release(struct plan *plan);

/* The order of block: a permutation of 0..count-1, the same for a seed. */
void plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order);

#endif
