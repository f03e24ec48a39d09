/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One HTTP/2 stream: its request as it comes in, and the answer of the service
 * as nghttp2 is to have it. Belongs to its loop's thread.
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

/* A text of a header field, with its '\0'; NULL: there was none. */
struct stream_fields {
	char *method, *path, *known[HTTP_KNOWN_MAX];
	char *host, *item, *token, *origin, *range, *if_range;
};

struct stream {
	nghttp2_session *session;
	struct loop *loop;
	int32_t id;
	uint64_t first_ns;     /* the first of its bytes came */
	struct list_link link; /* in the session's list of streams */
	/* The request. */
	struct stream_fields fields;
	size_t head_length; /* as HTTP/1 would have it */
	char *body;
	size_t body_length;
	bool expects_continue;
	unsigned refuse; /* the status to refuse it with, or 0 */
	char *line;      /* as HTTP/1 would have it, too */
	/* The answer. */
	struct exchange exchange;
	bool arrived;    /* the exchange is the service's to finish */
	bool responded;  /* its head was handed to nghttp2 */
	bool ended;      /* nghttp2 has made its last frame */
	uint64_t end_at; /* its end among all bytes of the session's frames */
	size_t body_sent;
	struct timer timer; /* set until it is due, or may go on */
	/* Required. There is something to write, and nothing was read. */
	void (*due)(struct stream *stream);
};

/* Returns 0 or -ENOMEM. */
int stream_create(struct stream **out, nghttp2_session *session,
	struct loop *loop, int32_t id, uint64_t first_ns,
	void (*due)(struct stream *stream));

/* Finishes the exchange, as complete if the stream has `ended`, and frees. */
void stream_free(struct stream *stream);

/* A field of the request. Returns 0 or -ENOMEM. */
int stream_add_field(struct stream *stream, const char *name,
	size_t name_length, const char *value, size_t value_length);

/* A piece of its body. Returns 0 or -ENOMEM. */
int stream_add_body(struct stream *stream, const char *bytes, size_t length);

/*
 * A frame of the request has come, its last one or not: lets the service answer
 * once it is whole or to be refused. Until then, tells a client that waits for
 * "100 Continue" to go on. Returns 0 or -ENOMEM.
 */
int stream_advance(struct stream *stream, bool last, uint64_t arrival_ns,
	const struct origin *origin);

#endif
