/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the harness tells all hosts of a trial: the agent's order
 * (harness/check/agent_order.h), whose trial is the name for the witness, with
 * the URLs and the number of hosts that take part. A line of JSON.
 */
#ifndef HARNESS_HOSTS_ORDER_H
#define HARNESS_HOSTS_ORDER_H

#include <jansson.h>

#include "harness/check/agent_order.h"
#include "harness/trial/trial.h"

struct host_order {
	struct agent_order order;
	struct cell cell;
	unsigned hosts;
	bool unwitnessed;  /* as in struct trial_spec */
	const char **urls; /* one for each item; the caller frees the list */
};

/* The order as a text, which the caller frees. NULL: no memory. */
char *host_order_write(const struct cell *cell, uint64_t seed,
	const struct trial_spec *spec, unsigned hosts);

/*
 * Reads an order, whose texts belong to json. Returns 0, or -1 with *err. After
 * 0, free order->urls.
 */
int host_order_read(
	struct host_order *order, json_t *json, struct fr_error *err);

#endif
