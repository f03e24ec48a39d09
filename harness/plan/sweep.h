/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cell, one configuration, and a sweep, the lists of values of which cells
 * are the product. What is said of a setting here, it is said of once: its
 * name (the member of struct sweep), and how its values are read.
 */
#ifndef HARNESS_PLAN_SWEEP_H
#define HARNESS_PLAN_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flagrace/strategy.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

/* The most requests in flight, and the most items, a cell may ask for. */
enum { CELL_CONCURRENCY_MAX = 20000, CELL_REQUESTS_MAX = 10000000 };

/*
 * One configuration. Plain memory, made from zeros: equal cells are equal byte
 * by byte within each member.
 */
struct cell {
	const struct fr_strategy *strategy;
	unsigned concurrency; /* as it will run, after clamping */
	bool clamped;         /* it was asked for more */
	uint64_t requests;
	char latency[128]; /* as written; the server knows what it means */
	uint64_t payload;  /* bytes of every body; 0: each flag's own */
	bool fresh_connections;
	uint64_t timeout_ns; /* of one request */
	char fault[128];     /* as the server takes it; "": none */
	uint64_t capacity;   /* requests served at once; 0: all */
	char bandwidth[32];  /* as the server takes it; "": none */
	char arrivals[64];   /* "": closed loop */
	uint64_t burn_ns;    /* a known slow-down: CPU time used up besides */
};

/* Values of each setting, as texts. */
struct sweep {
	struct texts strategy, concurrency, requests, latency, payload,
		connections, timeout, fault, capacity, bandwidth, arrivals;
};

/* A setting that is swept. */
struct dimension {
	const char *name; /* "latency" */
	size_t values;    /* offset of its list in struct sweep */
	size_t offset;    /* of its member in struct cell */
	size_t size;      /* of that */
	/* Reads a value into the cell. Returns 0, or -1 with *err filled in. */
	int (*set)(struct cell *cell, const struct text *value,
		struct fr_error *err);
};

/*
 * All but strategy, whose values are looked up; the first is concurrency. The
 * table ends with a NULL name.
 */
extern const struct dimension dimensions[];

/* A sweep's values of a dimension. */
const struct texts *sweep_values(
	const struct sweep *sweep, const struct dimension *dimension);

/* Whether two cells have the same value of it. */
bool dimension_same(const struct dimension *dimension, const struct cell *a,
	const struct cell *b);

/* The value of `connections`: reuse or fresh. */
const char *cell_connections(const struct cell *cell);

/*
 * Lowers its concurrency to what its strategy and its requests can use, and
 * notes whether it had to.
 */
void cell_clamp(struct cell *cell);

void sweep_release(struct sweep *sweep);

#endif
