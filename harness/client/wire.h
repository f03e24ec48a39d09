/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The internals of wires, for wires.c, wire.c and wire_socket.c. */
#ifndef HARNESS_CLIENT_WIRE_H
#define HARNESS_CLIENT_WIRE_H

#include <flagrace/wire.h>

#include "harness/base/address.h"
#include "harness/base/answer.h"
#include "harness/client/item_name.h"
#include "harness/client/sampler.h"

#define WIRE_METHOD "GET "
#define WIRE_END    "\r\n\r\n" /* follows the name of the item */

enum wire_state {
	WIRE_OVER,      /* no connection; requests must be sent again */
	WIRE_MADE_OUT,  /* requests are composed for the next connection */
	WIRE_CONNECTED, /* connected */
};

/*
 * A worker's place, with the item that it has in hand. All places with an item
 * form a list in the order in which the tries were started. All tries have the
 * same timeout, so the first of the list is the first to be overdue.
 */
struct wire_place {
	size_t item;
	uint64_t tried_ns; /* the start of the try */
	struct fr_wire *wire;
	struct wire_place *before, *behind; /* in the list */
};

struct fr_wire {
	struct fr_wires *all;
	enum wire_state state;
	unsigned first_worker; /* its workers are `depth` from this one on */
	unsigned depth;        /* most items in hand */
	unsigned head;         /* index of the oldest in `places` */
	unsigned in_hand;
	bool listed;               /* it is in the list of idle wires */
	struct fr_wire *next_idle; /* next in that list */
	struct wire_place *places; /* ring of depth places */
	bool reading;              /* the answer to the oldest has begun */
	bool reused;               /* this connection has answered an item */
	char *requests;            /* depth * all->request_max bytes */
	size_t composed, sent;     /* bytes of `requests` */
	int fd;                    /* for wire_socket.c; -1: none */
	struct answer answer;      /* to the oldest item, while reading */
	struct sampler sampler;    /* of the oldest item, while reading */
};

struct fr_wires {
	const struct fr_job *job;
	struct address address;
	size_t next;                /* the next item to start */
	size_t done;                /* items that have ended */
	size_t origin;              /* length of every URL up to its path */
	struct fr_retries *retries; /* NULL: none are allowed */
	char *fixed; /* text of a request between path and item number */
	size_t fixed_length;
	size_t request_max;        /* a bound on the length of any request */
	char *requests;            /* of all wires */
	struct wire_place *places; /* job->concurrency, of all wires */
	struct wire_place in_hand; /* the list's end: before its first */
	unsigned count;
	/* Items for fr_wires_answered, n of them; NULL: it has none to tell. */
	size_t *answered;
	size_t answered_count, answered_taken;
	/* Wires with room, while no item is due. */
	struct fr_wire *idle, **last_idle;
	struct fr_wire wires[]; /* count */
};

/* Returns the place of an item in hand, counted from the oldest one. */
static inline struct wire_place *wire_place(
	struct fr_wire *wire, unsigned behind)
{
	return &wire->places[(wire->head + behind) % wire->depth];
}

/*
 * Finds the address of the server, and the length of every URL up to its path.
 * Returns 0, or -EINVAL if the URLs have different servers or no path.
 */
int wire_find_server(
	const struct fr_job *job, struct address *address, size_t *origin);

/* Tells whether there is a next item that is due, or one to be tried again. */
static inline bool wires_next_due(const struct fr_wires *wires)
{
	if (wires->retries && fr_retries_due_in_ns(wires->retries) == 0)
		return true;
	return wires->next < wires->job->n &&
		(!wires->job->due_ns ||
			fr_due_in_ns(wires->job, wires->next) == 0);
}

/* Tells whether the oldest item has exceeded its timeout. */
bool wire_is_overdue(struct fr_wire *wire);

/*
 * Ends the oldest item. error is as in struct fr_sample.
 */
void wire_fail(struct fr_wire *wire, int error);

/* Closes the connection. Items in hand will be sent on the next one. */
void wire_leave(struct fr_wire *wire);

#endif
