/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list, first in, first out, of structs that embed their link, so that any
 * can leave it and none is allocated. Zeroed: empty; not in a list.
 */
#ifndef MOCK_SERVER_QUEUE_H
#define MOCK_SERVER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue_link {
	struct queue *queue; /* it is in; NULL: in none */
	struct queue_link *next, *previous;
};

struct queue {
	struct queue_link *first, *last;
};

/* The link is in no queue. */
static inline void queue_push(struct queue *queue, struct queue_link *link)
{
	*link = (struct queue_link){.queue = queue, .previous = queue->last};
	*(queue->last ? &queue->last->next : &queue->first) = link;
	queue->last = link;
}

/* From whichever queue it is in, if any. */
static inline void queue_remove(struct queue_link *link)
{
	struct queue *queue = link->queue;

	if (!queue)
		return;
	*(link->previous ? &link->previous->next : &queue->first) = link->next;
	*(link->next ? &link->next->previous : &queue->last) = link->previous;
	*link = (struct queue_link){0};
}

#endif
