/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The messages between an agent and its driver are lines of JSON, which
 * docs/AGENT.md describes. An order asks for one trial of a cell; the answer is
 * the trial's row. Nothing here reads or writes a stream.
 */
#ifndef HARNESS_CHECK_AGENT_ORDER_H
#define HARNESS_CHECK_AGENT_ORDER_H

#include <jansson.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/plan/sweep.h"
#include "harness/roster/exec.h"

/* The version of the protocol; both sides must have the same. */
enum { AGENT_PROTOCOL = 1 };

/* The longest order, its newline included. */
enum { AGENT_ORDER_MAX = 8192 };

/* The trial to run. The caller owns the texts. */
struct agent_order {
	const struct cell *cell;
	uint64_t seed; /* of the server's delays; at most INT64_MAX */
	/* Copied into the row; NULL: empty. trial: 1 to 31 bytes. */
	const char *run, *suite, *trial;
	int64_t block;
};

/* The order as an object, which the caller owns. NULL: no memory. */
json_t *agent_order_write(const struct agent_order *order);

/*
 * Reads an order. Writes its cell to *cell, to which order->cell then points,
 * and finds the strategy among the programs or in the registry. The order's
 * texts belong to json. Returns 0, or -1 with *err, which names the wrong
 * member.
 */
int agent_order_read(struct agent_order *order, struct cell *cell, json_t *json,
	const struct exec_list *programs, struct fr_error *err);

#endif
