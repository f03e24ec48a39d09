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

void capacity_reset(struct capacity *capacity, uint64_t places,
	const struct capacity_steps *steps)
{
	struct exchange *exchange;

	capacity->places = places;
	capacity->steps = steps;
	capacity->steps_done = 0;
	capacity->begun_ns = 0;
	capacity->served = 0;
	capacity->freed = 0;
	while ((exchange = first_waiting(capacity)) != NULL)
		admit(exchange);
}

/* Gives the place to the exchange that has waited longest. */
static void serve_next(struct capacity *capacity, struct exchange *next)
{
	capacity->served++;
	next->served = true;
	admit(next);
}

/* Takes the steps that are due. */
static void follow_steps(struct capacity *capacity, uint64_t now_ns)
{
	const struct capacity_steps *steps = capacity->steps;
	struct exchange *next;

	if (!capacity->begun_ns)
		capacity->begun_ns = now_ns;
	while (capacity->steps_done < steps->count &&
		now_ns >= capacity->begun_ns +
				steps->steps[capacity->steps_done].after_ns)
		capacity->places = steps->steps[capacity->steps_done++].places;
	while (capacity->served < capacity->places &&
		(next = first_waiting(capacity)) != NULL)
		serve_next(capacity, next);
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
	uint64_t since_ns;

	if (capacity->steps->count)
		follow_steps(capacity, exchange->arrival_ns);
	since_ns = free_since(capacity);
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
	struct exchange *next;

	capacity->served--;
	if (capacity->steps->count)
		follow_steps(capacity, clock_now_ns());
	if (!capacity->places || capacity->served >= capacity->places)
		return;
	next = first_waiting(capacity);
	if (!next) {
		capacity->freed_ns[capacity->freed++ % CAPACITY_FREED_KEPT] =
			clock_now_ns();
		return;
	}
	serve_next(capacity, next);
}
