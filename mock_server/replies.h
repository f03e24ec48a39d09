/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answers of one HTTP/1 connection that are to be sent, in the order of the
 * requests. Each is held until it is due; those that are due are written
 * together. Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_REPLIES_H
#define MOCK_SERVER_REPLIES_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/exchange.h"
#include "mock_server/timers.h"

struct channel;
struct loop;

enum { REPLY_TAIL_MAX = 80 }; /* Date, Connection and the empty line */

/* An exchange on its way out. */
struct reply {
	struct exchange exchange;
	bool http_1_0; /* must say that the connection is kept */
	struct timer
		timer; /* set until it is due, or the next step is (pace.h) */
	bool due;
	struct replies *replies; /* it is one of these */
	struct reply *next;
	char tail[REPLY_TAIL_MAX]; /* end of the head */
	size_t tail_length;        /* 0: sending has not started */
	size_t sent;               /* bytes of head, tail and body */
};

struct replies {
	struct loop *loop;
	enum fault_end end; /* of the reply that was sent last */
	struct reply *first, **last;
	unsigned count;
	/* Required. Called when a timer has made the first reply due. */
	void (*due)(struct replies *replies);
};

void replies_init(struct replies *replies, struct loop *loop,
	void (*due)(struct replies *replies));

/* Gives up what is not sent. */
void replies_release(struct replies *replies);

/*
 * Makes a reply, whose exchange (by service_arrive or the like) and http_1_0
 * are to be filled in; for free(). NULL: no memory.
 */
struct reply *reply_create(void);

/*
 * Appends a reply, which is no longer the caller's, even on failure. Returns 0
 * or -ENOMEM.
 */
int replies_push(struct replies *replies, struct reply *reply);

/* Whether the first reply will never be due: it stalls. */
bool replies_stall(const struct replies *replies);

/* Whether there is something to write now. */
bool replies_are_due(const struct replies *replies);

/*
 * Writes once, as many of the due replies as go together; `closing`: the last
 * of them is the connection's last. Returns 0; -EAGAIN: the socket is full; or
 * another -errno of channel_send_pieces.
 */
int replies_write(
	struct replies *replies, struct channel *channel, bool closing);

#endif
