/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cell is one configuration. A sweep has lists of values, whose product gives
 * the cells.
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
enum { CELL_CONCURRENCY_MAX = 50000 };

/*
 * One configuration. Plain memory, zeroed before use: members of equal cells
 * are equal byte by byte.
 */
struct cell {
	const struct fr_strategy *strategy;
	unsigned concurrency; /* after clamping */
	bool clamped;         /* a higher concurrency was asked for */
	struct workload workload;
	uint64_t rounds_per_ms; /* of CPU work, as measured; 0: none */
	uint64_t burn_ns; /* extra CPU time to burn, as a known slow-down */
};

#define SWEPT_SETTING(member, option, ...) struct texts option;

/* The values of each setting, as texts. */
struct sweep {
	struct texts strategy, concurrency;
	WORKLOAD_ALL(SWEPT_SETTING)
};

/* A dimension of the sweep besides the strategy. */
struct dimension {
	const char *name;              /* "latency" */
	size_t values;                 /* offset of its list in struct sweep */
	const struct setting *setting; /* NULL: the concurrency */
};

/*
 * All dimensions but the strategy, whose values need the registry. The first
 * one is the concurrency; a NULL name ends the table.
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

/* Whether two cells have the same value in the dimension. */
bool dimension_same(const struct dimension *dimension, const struct cell *a,
	const struct cell *b);

/*
 * Lowers the concurrency to the most that the strategy and the requests can
 * use, and sets `clamped` if that changed it.
 */
void cell_clamp(struct cell *cell);

/*
 * Refuses TLS for a strategy whose own sockets do not speak it. Returns 0, or
 * -1 with *err.
 */
int cell_check_tls(const struct cell *cell, struct fr_error *err);

void sweep_release(struct sweep *sweep);

#endif
