/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/capacity.h"

#include <sys/eventfd.h>

#include "mock_server/clock.h"
#include "mock_server/container_of.h"
#include "mock_server/service.h"
#include "mock_server/witness.h"

/* Its delay runs from now_ns; what went before is time in the queue. */
static void start(
	struct service *service, struct exchange *exchange, uint64_t now_ns)
{
	uint64_t queue_ns = now_ns - exchange->arrival_ns;

	if (exchange->fault != FAULT_STALL)
		exchange->due_ns = now_ns + exchange->delay_ns;
	service->totals.queue_ns += queue_ns;
	if (exchange->row && exchange->epoch == service->epoch)
		exchange->row->queue_ns = queue_ns;
}

static void admit(struct exchange *exchange, uint64_t now_ns)
{
	exchange->admitted_ns = now_ns;
	queue_remove(&exchange->link);
	queue_push(&exchange->mailbox->queue, &exchange->link);
	(void)eventfd_write(exchange->mailbox->wake_fd, 1);
}

static struct exchange *first_waiting(struct service *service)
{
	struct queue_link *link = service->waiting.first;

	return link ? container_of(link, struct exchange, link) : NULL;
}

/*
 * Since when the place is free that the next request takes: the one free for
 * longest. 0: before anyone can have waited for it.
 */
static uint64_t free_since(const struct service *service)
{
	uint64_t places = service->settings.capacity - service->served;

	/* Those that are free now became so last. */
	if (!service->settings.capacity || places > service->freed ||
		places > FREED_KEPT)
		return 0;
	return service->freed_ns[(service->freed - places) % FREED_KEPT];
}

void capacity_take(struct service *service, struct exchange *exchange)
{
	uint64_t since_ns;

	exchange->served = !service->settings.capacity ||
		service->served < service->settings.capacity;
	if (!exchange->served) {
		queue_push(&service->waiting, &exchange->link);
		return;
	}
	since_ns = free_since(service);
	service->served++;
	/* It may have come, unread, before there was room. */
	start(service, exchange,
		exchange->arrival_ns > since_ns ? exchange->arrival_ns
						: since_ns);
}

void capacity_give_back(struct service *service)
{
	struct exchange *next = first_waiting(service);

	service->served--;
	if (!service->settings.capacity)
		return;
	if (!next) {
		service->freed_ns[service->freed++ % FREED_KEPT] =
			clock_now_ns();
		return;
	}
	service->served++;
	next->served = true;
	admit(next, clock_now_ns());
}

void capacity_admit_all(struct service *service)
{
	struct exchange *exchange;

	while ((exchange = first_waiting(service)) != NULL)
		admit(exchange, clock_now_ns());
}

/* The first one in the mailbox; NULL: it is empty. */
static struct exchange *take_out(
	struct service *service, struct mailbox *mailbox)
{
	struct exchange *exchange = NULL;

	(void)pthread_mutex_lock(&service->lock);
	if (mailbox->queue.first) {
		exchange = container_of(
			mailbox->queue.first, struct exchange, link);
		queue_remove(&exchange->link);
		start(service, exchange, exchange->admitted_ns);
	}
	(void)pthread_mutex_unlock(&service->lock);
	return exchange;
}

void mailbox_deliver(struct service *service, struct mailbox *mailbox)
{
	struct exchange *exchange;

	while ((exchange = take_out(service, mailbox)) != NULL)
		exchange->admitted(exchange);
}
