/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of wires, for wires.c, wire.c and wire_socket.c alone. */
#ifndef HARNESS_CLIENT_WIRE_H
#define HARNESS_CLIENT_WIRE_H

#include <flagrace/wire.h>

#include "harness/base/address.h"
#include "harness/base/answer.h"
#include "harness/client/item_name.h"
#include "harness/client/sampler.h"

#define WIRE_METHOD "GET "
#define WIRE_END    "\r\n\r\n" /* behind the item's name */

enum wire_state {
	WIRE_OVER,      /* no connection; what is in hand has to be sent anew */
	WIRE_MADE_OUT,  /* what is in hand is composed for the next one */
	WIRE_CONNECTED, /* it was made */
};

struct fr_wire {
	struct fr_wires *all;
	enum wire_state state;
	unsigned first_worker; /* its items' workers: from here, `depth` many */
	unsigned depth;        /* most items in hand */
	unsigned head;         /* where in `items` the oldest in hand is */
	unsigned in_hand;
	bool listed;               /* it is in the list below */
	struct fr_wire *next_idle; /* the one behind it there */
	size_t *items;             /* depth, a ring */
	bool reading;              /* the head's first byte has come */
	bool reused;               /* this connection has answered an item */
	char *requests;            /* composed; depth * all->request_max */
	size_t composed, sent;     /* bytes of them */
	int fd;                    /* kept by wire_socket.c; -1: none */
	struct answer answer;      /* of the head, while reading */
	struct sampler sampler;    /* the same */
};

struct fr_wires {
	const struct fr_job *job;
	struct address address;
	size_t next;   /* the next item to take; the others were started */
	size_t oldest; /* no item before this one is in hand */
	size_t done;   /* items that have ended */
	size_t origin; /* length of every URL up to its path */
	char *fixed;   /* a request's text between path and item number */
	size_t fixed_length;
	size_t request_max; /* a bound on the length of any request */
	char *requests;     /* of all wires */
	size_t *items;
	unsigned count;
	struct fr_wire **by_worker; /* job->concurrency */
	/* Wires that had room when no item's time had come. */
	struct fr_wire *idle, **last_idle;
	struct fr_wire wires[]; /* count */
};

/* The place of the item that is so many behind the head. */
static inline size_t *wire_item(struct fr_wire *wire, unsigned behind)
{
	return &wire->items[(wire->head + behind) % wire->depth];
}

/*
 * The server's address, and the length of every URL up to its path. Returns 0,
 * or -EINVAL unless they all are of one server, and have a path.
 */
int wire_find_server(
	const struct fr_job *job, struct address *address, size_t *origin);

/* Whether there is a next item, and its time has come. */
static inline bool wires_next_due(const struct fr_wires *wires)
{
	return wires->next < wires->job->n &&
		(!wires->job->due_ns ||
			fr_due_in_ns(wires->job, wires->next) == 0);
}

/* Whether the head item has taken longer than it may. */
bool wire_is_overdue(struct fr_wire *wire);

/*
 * Ends the head item, whether its answer was started or not. error is as in
 * struct fr_sample.
 */
void wire_fail(struct fr_wire *wire, int error);

/* Leaves the connection; what is still in hand will be sent on the next. */
void wire_leave(struct fr_wire *wire);

#endif
