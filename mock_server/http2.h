/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * HTTP/2 by nghttp2, without TLS by prior knowledge (RFC 9113, 3.3). The
 * request of each stream is answered as one of HTTP/1 is, with its own delay,
 * fault and row of the witness.
 *
 * A fault concerns its stream: reset and reset-body send RST_STREAM, truncate
 * ends the stream before its Content-Length, refused sends RST_STREAM with
 * REFUSED_STREAM. Only two concern the connection. close ends the connection
 * after the answer, and every other stream with it. goaway sends GOAWAY when
 * the request has come; the connection ends when that request and the earlier
 * ones are answered. Belongs to the loop's
 * thread.
 */
#ifndef MOCK_SERVER_HTTP2_H
#define MOCK_SERVER_HTTP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/exchange.h"

struct channel;
struct http2;
struct loop;

enum { HTTP2_PREFACE = 24 };
/* The HTTP2_PREFACE bytes that a client sends first. */
extern const char http2_preface[];

/*
 * Makes a session. due(who) is called when a timer has made something to write.
 * Returns 0 or -ENOMEM.
 */
int http2_create(struct http2 **out, struct loop *loop,
	const struct origin *origin, void (*due)(void *who), void *who);

/* Gives up what was not answered; NULL is accepted. */
void http2_free(struct http2 *http2);

/*
 * Takes bytes, read at arrival_ns, the preface being the first. Returns 0 or
 * -errno: the connection is to be closed.
 */
int http2_receive(struct http2 *http2, const char *bytes, size_t length,
	uint64_t arrival_ns);

/*
 * Writes what it can until the turn is over (loop.h). Returns 0; -EAGAIN: the
 * socket is full; or -errno.
 */
int http2_write(struct http2 *http2, struct channel *channel);

/* Takes no more streams, and ends after those that there are. */
void http2_drain(struct http2 *http2);

/* Whether nothing more will be written, and nothing has to be read. */
bool http2_is_over(const struct http2 *http2);

#endif
