/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cell, one configuration, and a sweep, the lists of values of which cells
 * are the product.
 */
#ifndef HARNESS_PLAN_SWEEP_H
#define HARNESS_PLAN_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"
#include "harness/plan/workload.h"

/* The most requests in flight that a cell may ask for. */
enum { CELL_CONCURRENCY_MAX = 20000 };

/*
 * One configuration. Plain memory, made from zeros: equal cells are equal byte
 * by byte within each member.
 */
struct cell {
	const struct fr_strategy *strategy;
	unsigned concurrency; /* as it will run, after clamping */
	bool clamped;         /* it was asked for more */
	struct workload workload;
	uint64_t burn_ns; /* a known slow-down: CPU time used up besides */
};

#define SWEPT_SETTING(member, option, ...) struct texts option;

/* Values of each setting, as texts. */
struct sweep {
	struct texts strategy, concurrency;
	WORKLOAD_ALL(SWEPT_SETTING)
};

/* What is swept besides strategies: the concurrency or a setting. */
struct dimension {
	const char *name;              /* "latency" */
	size_t values;                 /* offset of its list in struct sweep */
	const struct setting *setting; /* NULL: it is the concurrency */
};

/*
 * All but strategy, whose values are looked up; the first is concurrency. The
 * table ends with a NULL name.
 */
extern const struct dimension dimensions[];

/* A sweep's values of a dimension. */
const struct texts *sweep_values(
	const struct sweep *sweep, const struct dimension *dimension);
struct texts *sweep_list(
	struct sweep *sweep, const struct dimension *dimension);

/* Reads a value into the cell. Returns 0, or -1 with *err. */
int dimension_set(const struct dimension *dimension, struct cell *cell,
	const struct text *value, struct fr_error *err);

/* Whether two cells have the same value of it. */
bool dimension_same(const struct dimension *dimension, const struct cell *a,
	const struct cell *b);

/*
 * Lowers its concurrency to what its strategy and its requests can use, and
 * notes whether it had to.
 */
void cell_clamp(struct cell *cell);

void sweep_release(struct sweep *sweep);

#endif
