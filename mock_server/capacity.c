/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/capacity.h"

#include <sys/eventfd.h>

#include "mock_server/clock.h"

static struct exchange *first_waiting(struct capacity *capacity)
{
	struct list_link *link = capacity->waiting.first;

	return link ? container_of(link, struct exchange, link) : NULL;
}

/* Moves the exchange from the waiting list to its mailbox. */
static void admit(struct exchange *exchange)
{
	exchange->admitted_ns = clock_now_ns();
	list_remove(&exchange->link);
	list_push(&exchange->mailbox->exchanges, &exchange->link);
	(void)eventfd_write(exchange->mailbox->wake_fd, 1);
}

void capacity_reset(struct capacity *capacity, uint64_t places)
{
	struct exchange *exchange;

	capacity->places = places;
	capacity->served = 0;
	capacity->freed = 0;
	while ((exchange = first_waiting(capacity)) != NULL)
		admit(exchange);
}

/*
 * Since when the place has been free that the next request takes, which is the
 * one that has been free for longest. 0: no request can have waited for it.
 */
static uint64_t free_since(const struct capacity *capacity)
{
	uint64_t free = capacity->places - capacity->served;

	/* The places that are free now are the last ones of the ring. */
	if (!capacity->places || free > capacity->freed ||
		free > CAPACITY_FREED_KEPT)
		return 0;
	return capacity
		->freed_ns[(capacity->freed - free) % CAPACITY_FREED_KEPT];
}

bool capacity_take(struct capacity *capacity, struct exchange *exchange,
	uint64_t *start_ns)
{
	uint64_t since_ns = free_since(capacity);

	exchange->served =
		!capacity->places || capacity->served < capacity->places;
	if (!exchange->served) {
		list_push(&capacity->waiting, &exchange->link);
		return false;
	}
	capacity->served++;
	/* The request may have arrived before a place was free. */
	*start_ns = exchange->arrival_ns > since_ns ? exchange->arrival_ns
						    : since_ns;
	return true;
}

void capacity_give_back(struct capacity *capacity)
{
	struct exchange *next = first_waiting(capacity);

	capacity->served--;
	if (!capacity->places)
		return;
	if (!next) {
		capacity->freed_ns[capacity->freed++ % CAPACITY_FREED_KEPT] =
			clock_now_ns();
		return;
	}
	capacity->served++;
	next->served = true;
	admit(next);
}
