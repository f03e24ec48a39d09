/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The places of the server: how many item requests it serves at once. A request
 * that finds no place free waits in a queue, and its delay starts only when it
 * is given a place. Guarded by the service's lock.
 *
 * A step of the number of places takes effect when the next request arrives or
 * ends. If there are fewer places then, no request loses the place it has.
 */
#ifndef MOCK_SERVER_CAPACITY_H
#define MOCK_SERVER_CAPACITY_H

#include "mock_server/capacity_steps.h"
#include "mock_server/exchange.h"

enum { CAPACITY_FREED_KEPT = 1024 };

struct capacity {
	uint64_t places; /* 0: as many as there are requests */
	uint64_t served; /* exchanges that take up a place */
	const struct capacity_steps *steps;
	size_t steps_done;
	uint64_t begun_ns; /* the first arrival, from which steps count */
	struct list waiting;
	/*
	 * A ring: when places became free for which no request was waiting.
	 * freed counts all of them.
	 */
	uint64_t freed_ns[CAPACITY_FREED_KEPT], freed;
};

/*
 * Starts with no exchange served, and before the first step; `steps` must
 * outlive the next reset. Those that still wait are admitted, and take up no
 * place.
 */
void capacity_reset(struct capacity *capacity, uint64_t places,
	const struct capacity_steps *steps);

/*
 * Gives the exchange a place, and returns true with the time from which its
 * delay runs; or returns false: it waits, and is put into its mailbox later.
 */
bool capacity_take(struct capacity *capacity, struct exchange *exchange,
	uint64_t *start_ns);

/* Frees a place. The exchange that has waited longest is given it. */
void capacity_give_back(struct capacity *capacity);

#endif
