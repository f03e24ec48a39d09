/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a connection does under HTTP/1: finds requests in the bytes that have
 * come, has them answered, and writes the replies in the order of the requests.
 *
 * Requests that a client pipelines are all taken at once, up to
 * HTTP1_REQUESTS_MAX, so that the delay of each runs from its own arrival.
 * Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_HTTP1_CONNECTION_H
#define MOCK_SERVER_HTTP1_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/exchange.h"
#include "mock_server/replies.h"

struct channel;
struct loop;

enum { HTTP1_REQUESTS_MAX = 64 }; /* that wait for their replies */

struct http1_connection {
	struct loop *loop;
	struct channel *channel;
	struct origin origin;
	struct replies replies;
	bool full; /* HTTP1_REQUESTS_MAX: no more are taken until some go */
	/*
	 * Nothing more is read: the client has ended its input or asked to
	 * close, its bytes were not a request, or the server is to stop.
	 */
	bool last;
	/* The request being read waits for "100 Continue"; has been sent it. */
	bool expects_continue, continued;
	char *kept; /* the beginning of a request, or requests while `full` */
	size_t kept_length;
	uint64_t kept_first_ns; /* when the first of those bytes came */
};

/* `due` is that of replies.h. */
void http1_init(struct http1_connection *http1, struct loop *loop,
	struct channel *channel, const struct origin *origin,
	void (*due)(struct replies *replies));

/* Gives up what was not answered. Repeatable. */
void http1_release(struct http1_connection *http1);

/*
 * Takes the requests from the bytes, which begin with those that were kept, and
 * keeps the rest; the others came at arrival_ns. Changes the bytes. Returns 0
 * or -ENOMEM.
 */
int http1_take(struct http1_connection *http1, char *bytes, size_t length,
	uint64_t arrival_ns);

/* Keeps the bytes, as http1_take does, and takes no request. */
int http1_keep(struct http1_connection *http1, const char *bytes, size_t length,
	uint64_t arrival_ns);

/* Whether requests were kept while `full`, and there is room for some now. */
bool http1_can_take(const struct http1_connection *http1);

/*
 * Writes the replies that are due, until the turn is over (loop.h). Returns 0;
 * -EAGAIN: the socket is full; or another -errno.
 */
int http1_write(struct http1_connection *http1);

/*
 * Sends "100 Continue" to a client that waits for it (RFC 9110, 10.1.1), unless
 * replies must be written first: then to be called again after those.
 */
void http1_continue(struct http1_connection *http1);

/* Whether no reply will be written any more. */
bool http1_is_over(const struct http1_connection *http1);

/* Whether the first reply will never come, and no more is read before it. */
bool http1_is_stalled(const struct http1_connection *http1);

#endif
