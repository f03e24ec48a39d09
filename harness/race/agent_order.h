/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said between an agent and its driver: lines of JSON, described in
 * docs/AGENT.md. An order is one trial of a cell; its answer is the trial's
 * row. Nothing here reads or writes a stream.
 */
#ifndef HARNESS_RACE_AGENT_ORDER_H
#define HARNESS_RACE_AGENT_ORDER_H

#include <jansson.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/plan/sweep.h"
#include "harness/record/rows.h"

/* The version of the protocol; both sides must have the same. */
enum { AGENT_PROTOCOL = 1 };

/* The longest order, its newline included. */
enum { AGENT_ORDER_MAX = 8192 };

/* A trial that is asked for. Texts are the caller's. */
struct agent_order {
	const struct cell *cell;
	uint64_t seed; /* of the server's delays; at most INT64_MAX */
	/* As the row is to have them; NULL: empty. trial: 1 to 31 bytes. */
	const char *run, *suite, *trial;
	int64_t block;
};

/* The order as an object: the caller's, or NULL when out of memory. */
json_t *agent_order_write(const struct agent_order *order);

/*
 * Reads an order. Its cell is written to *cell, to which order->cell then
 * points, with the strategy as the registry finds it; its texts live as long
 * as json. Returns 0, or -1 with *err naming the member that is wrong.
 */
int agent_order_read(struct agent_order *order, struct cell *cell, json_t *json,
	struct fr_error *err);

#endif
