/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/turns.h"

#include <sys/eventfd.h>

#include "mock_server/clock.h"
#include "mock_server/owner.h"
#include "mock_server/service.h"
#include "mock_server/witness.h"

/* From when its delay runs. */
static void start(struct exchange *exchange, uint64_t now_ns)
{
	if (exchange->fault != FAULT_STALL)
		exchange->due_ns = now_ns + exchange->delay_ns;
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

	return link ? owner_of(link, struct exchange, link) : NULL;
}

void turns_take(struct service *service, struct exchange *exchange)
{
	exchange->served = !service->settings.capacity ||
		service->served < service->settings.capacity;
	if (!exchange->served) {
		queue_push(&service->waiting, &exchange->link);
		return;
	}
	service->served++;
	/* It may have come, unread, before there was room. */
	start(exchange,
		exchange->arrival_ns > service->freed_ns ? exchange->arrival_ns
							 : service->freed_ns);
}

void turns_give_back(struct service *service)
{
	struct exchange *next = first_waiting(service);

	service->served--;
	if (service->settings.capacity)
		service->freed_ns = clock_now_ns();
	if (!next)
		return;
	service->served++;
	next->served = true;
	admit(next, service->freed_ns);
}

void turns_admit_all(struct service *service)
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
	uint64_t queue_ns;

	(void)pthread_mutex_lock(&service->lock);
	if (mailbox->queue.first) {
		exchange =
			owner_of(mailbox->queue.first, struct exchange, link);
		queue_remove(&exchange->link);
		start(exchange, exchange->admitted_ns);
		queue_ns = exchange->admitted_ns - exchange->arrival_ns;
		service->totals.queue_ns += queue_ns;
		if (exchange->row && exchange->epoch == service->epoch)
			exchange->row->queue_ns = queue_ns;
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
