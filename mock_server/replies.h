/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answers of one connection on their way out: in the order of the
 * requests, each held until it is due, those that are due written together.
 * Belongs to its loop's thread.
 */
#ifndef MOCK_SERVER_REPLIES_H
#define MOCK_SERVER_REPLIES_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/exchange.h"
#include "mock_server/timers.h"

struct loop;

enum { REPLY_TAIL_MAX = 80 }; /* Date, Connection and the empty line */

/* An exchange on its way out. */
struct reply {
	struct exchange exchange;
	bool http_1_0;      /* the client must be told that it is kept */
	struct timer timer; /* set until it is due, or may go on */
	bool due;
	struct replies *replies; /* it is one of these */
	struct reply *next;
	char tail[REPLY_TAIL_MAX]; /* end of the head */
	size_t tail_length;        /* 0: sending has not started */
	size_t sent;               /* bytes of head, tail and body */
};

/* What a reply on its way out means for those behind it. */
enum replies_end {
	REPLIES_GO_ON, /* nothing */
	REPLIES_CLOSE, /* none will be sent: the connection is to be closed */
	REPLIES_RESET, /* and that by a reset */
};

struct replies {
	struct loop *loop;
	enum replies_end end;
	struct reply *first, **last;
	unsigned count;
	/* Required. The first reply has become due while it waited. */
	void (*due)(struct replies *replies);
};

void replies_init(struct replies *replies, struct loop *loop,
	void (*due)(struct replies *replies));

/* Gives up what is not sent. */
void replies_release(struct replies *replies);

/*
 * A reply to fill in exchange (service_arrive does) and http_1_0 of; NULL: no
 * memory.
 */
struct reply *reply_create(struct loop *loop);

/* Frees a reply that holds no exchange. */
void reply_free(struct loop *loop, struct reply *reply);

/*
 * Adds a reply at the end, which is the queue's from now on, whatever is
 * returned: 0 or -ENOMEM.
 */
int replies_push(struct replies *replies, struct reply *reply);

/* Whether the first one will never be due: a stall. */
bool replies_stall(const struct replies *replies);

/* Whether there is something to write now. */
bool replies_are_due(const struct replies *replies);

/*
 * Writes once, as many of the due ones as go together; `closing`: none will
 * follow those in the queue. Returns 0, -EAGAIN when the socket is full, or
 * another -errno of sendmsg.
 */
int replies_write(struct replies *replies, int fd, bool closing);

/* Frees what reply_free keeps for the next one. */
void spare_replies_free(struct loop *loop);

#endif
