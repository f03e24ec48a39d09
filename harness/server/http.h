/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plain HTTP/1.0 over a blocking socket, for the harness's own talk with the
 * mock server. No library: the process that forks the trials must never have
 * called libcurl.
 *
 * A client has one connection, which is kept open as long as the server keeps
 * it, so that asking works when the system has no port or descriptor left; it
 * is made anew when it is lost. What a server may make it hold, and for how
 * long, is bounded. One thread.
 */
#ifndef HARNESS_SERVER_HTTP_H
#define HARNESS_SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

/* Where a server is: http://HOST[:PORT], and no path. */
struct http_origin {
	char host[64]; /* an IPv6 address in brackets */
	char port[8];
};

struct http_client {
	struct http_origin origin;
	/*
	 * Sent with each request, as Flagrace-Token; lent. NULL: none. It is
	 * read where it lies and copied nowhere.
	 */
	const char *token;
	int fd; /* the connection; -1: none. Not for a child's use */
	unsigned step_ms, whole_ms; /* for a step, and for a whole exchange */
};

/* With 30 s for a step and 60 s for an exchange; connects to nothing yet. */
void http_client_init(
	struct http_client *client, const struct http_origin *origin);

/* Closes the connection, which the next exchange makes anew. */
void http_client_close(struct http_client *client);

enum { HTTP_ANSWER_MAX = 1 << 16 };

struct http_answer {
	int status;
	char *body; /* the holder's, to free; ends with a NUL not counted */
	size_t length;
	/* X-Flagrace-Dropped, -Refused and -Epoch; 0 when absent */
	uint64_t dropped, refused, epoch;
	bool by_flagrace; /* its field Server says so */
};

/* Takes a base URL apart. Returns 0, or -1 with *err filled in. */
int http_origin_parse(
	struct http_origin *origin, const char *url, struct fr_error *err);

/*
 * Sends `method path` with body (NULL: none) and reads the whole answer, of a
 * body of HTTP_ANSWER_MAX bytes at most. The end is where Content-Length says,
 * or the connection's. Sends it twice when the kept connection turns out to
 * have ended. Returns 0 whatever the answer's status, or -1 with *err filled in
 * and *answer empty.
 */
int http_exchange(struct http_client *client, const char *method,
	const char *path, const char *body, struct http_answer *answer,
	struct fr_error *err);

/* Takes a piece of a body as it comes. Returns 0, or -1 to give up. */
typedef int http_sink_fn(void *ctx, const char *bytes, size_t length);

/*
 * Gets `path` and hands the body of an answer 200 to sink, piece by piece, so
 * that it need not fit in memory; that of any other answer is passed over.
 * 1 GiB at most; else as http_exchange. Returns 0 with answer->body NULL, or -1
 * with *err filled in.
 */
int http_fetch(struct http_client *client, const char *path, http_sink_fn *sink,
	void *ctx, struct http_answer *answer, struct fr_error *err);

/* Connects, if it is not connected. Returns 0, or -1 with *err filled in. */
int http_probe(struct http_client *client, struct fr_error *err);

/* The address in numbers that it is connected to. Returns 0, or -1: to none. */
int http_peer(const struct http_client *client, struct http_origin *peer);

/* Whether the connection is there, and nothing has come on it unasked. */
bool http_is_fresh(const struct http_client *client);

void http_answer_release(struct http_answer *answer);

/*
 * Appends key=value to a form (application/x-www-form-urlencoded), of size
 * bytes in all, its value percent-encoded. Returns 0, or -1 when there is no
 * room; the form then ends in the middle and is of no use.
 */
int http_form_add(char *form, size_t size, const char *key, const char *value);

#endif
