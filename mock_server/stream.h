/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One stream of HTTP/2: collects its request, and hands the service's answer to
 * nghttp2. Belongs to the loop's thread.
 */
#ifndef MOCK_SERVER_STREAM_H
#define MOCK_SERVER_STREAM_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdint.h>

#include "mock_server/http_request.h"
#include "mock_server/list.h"
#include "mock_server/exchange.h"
#include "mock_server/timers.h"

struct loop;

struct stream {
	nghttp2_session *session;
	struct loop *loop;
	int32_t id;
	struct list_link link; /* in the session's list of streams */
	size_t *held; /* bytes of requests that the session keeps; lent */
	size_t kept;  /* of them, this stream's */
	/* The request. It owns the values of its fields. */
	struct http_request request;
	struct http_span method, path; /* as sent; owned */
	size_t head_length;            /* that the head would have in HTTP/1 */
	char *body;
	size_t body_length;
	bool expects_continue;
	unsigned refuse; /* the status to refuse it with, or 0 */
	char *line;      /* the request line, as in HTTP/1 */
	/* The answer. */
	struct exchange exchange;
	bool arrived;    /* the exchange is to be finished */
	bool responded;  /* the head was handed to nghttp2 */
	bool ended;      /* nghttp2 has made the last frame */
	uint64_t end_at; /* of that frame, in bytes of the session's frames */
	size_t body_sent;
	struct timer
		timer; /* set until it is due, or the next step is (pace.h) */
	/* Required. Called when a timer has made something to write. */
	void (*due)(struct stream *stream);
};

/*
 * Bytes of heads and bodies that the streams of a session keep until their
 * requests are whole. A request for which there is no room is answered 503.
 */
enum { STREAMS_HELD_MAX = 131072 };

/* *held, of the session, is 0 at first. Returns 0 or -ENOMEM. */
int stream_create(struct stream **out, nghttp2_session *session,
	struct loop *loop, int32_t id, uint64_t first_ns, size_t *held,
	void (*due)(struct stream *stream));

/*
 * Finishes the exchange, complete if the stream has `ended`. Frees the stream.
 */
void stream_free(struct stream *stream);

/* Adds a field of the request. Returns 0 or -ENOMEM. */
int stream_add_field(
	struct stream *stream, struct http_span name, struct http_span value);

/* Adds a piece of the request's body. Returns 0 or -ENOMEM. */
int stream_add_body(struct stream *stream, const char *bytes, size_t length);

/*
 * A frame of the request has come (`last`: the last one). Has the request
 * answered if it is whole or to be refused; else sends "100 Continue" to a
 * client that waits for it. Returns 0 or -ENOMEM.
 */
int stream_advance(struct stream *stream, bool last, uint64_t arrival_ns,
	const struct origin *origin);

#endif
