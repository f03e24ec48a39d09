/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One client's connection, from being accepted until its memory is freed; what
 * it does in between is conversation.h. An idle one holds nothing but its
 * struct. Belongs to its loop and to the loop's thread.
 */
#ifndef MOCK_SERVER_CONNECTION_H
#define MOCK_SERVER_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/closing.h"
#include "mock_server/replies.h"
#include "mock_server/requests.h"

struct http2;
struct loop;

enum connection_state {
	/* Nothing was read yet, or less than tells HTTP/1 from HTTP/2. */
	CONNECTION_NEW,
	/* HTTP/1: reads requests and answers them. */
	CONNECTION_OPEN,
	/* Reads no more; answers what it has read. */
	CONNECTION_LAST,
	/* HTTP/2, until its session is over. */
	CONNECTION_HTTP2,
	/*
	 * All is sent. Throws away what still comes for a while: to close on
	 * unread bytes would reset the connection, and the client might lose
	 * the answer with it (RFC 9112, 9.6).
	 */
	CONNECTION_LINGERING,
	/*
	 * To be reset when all is on its way: a reset throws away what the
	 * kernel has not sent yet, answers that are counted as complete.
	 */
	CONNECTION_RESETTING,
	/* The socket is gone; the memory waits for the end of the batch. */
	CONNECTION_CLOSED,
};

struct connection {
	enum connection_state state;
	int fd;
	bool readable, writable; /* as far as epoll has told */
	bool hung_up;            /* the client's end of input is on its way */
	bool ended;              /* and has been read */
	uint64_t arrival_ns;     /* of the bytes read last */
	struct requests requests;
	struct replies replies;
	struct http2 *http2; /* NULL but for CONNECTION_HTTP2 */
	struct closing closing;
	struct loop *loop;
	struct connection *next, **link; /* in loop->connections */
};

/*
 * Takes over the socket (non-blocking) and enters it in the loop's list.
 * Returns 0; or -ENOMEM, the socket still being the caller's.
 */
int connection_open(struct connection **out, struct loop *loop, int fd);

/* Reads and writes what it can; may close it. `events` are epoll's. */
void connection_ready(struct connection *connection, uint32_t events);

/* Gives up what was not answered, and closes; freed later by the loop. */
void connection_close(struct connection *connection);

/* As connection_close, by a reset instead of an end of input. */
void connection_reset(struct connection *connection);

/* The next one in the loop's list of open connections. */
struct connection *connection_next(const struct connection *connection);

/* Frees all of loop->closed. */
void connections_free_closed(struct loop *loop);

#endif
