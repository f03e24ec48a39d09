/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A minimal HTTP client over a blocking socket, by which the harness talks to
 * the mock server. It does not use libcurl, because the process that forks
 * trials must never have called libcurl.
 *
 * A client keeps one connection, so that requests work even if the system has
 * no port or descriptor left, and opens a new one if the server closes it.
 * Memory and time are bounded for any server. One thread.
 */
#ifndef HARNESS_SERVER_HTTP_H
#define HARNESS_SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/server/witness.h"

/* Host and port of a server: http://HOST[:PORT] without a path. */
struct http_origin {
	char host[64]; /* an IPv6 address in brackets */
	char port[8];
};

struct http_client {
	struct http_origin origin;
	/*
	 * Sent with each request as Flagrace-Token; NULL: none. Borrowed, and
	 * never copied.
	 */
	const char *token;
	int fd; /* the connection; -1: none. Children must not use it */
	unsigned step_ms, whole_ms; /* limits of a step and an exchange */
};

/*
 * Sets the server's base URL, and the limits to 30 s for a step and 60 s for an
 * exchange. Returns as target_origin.
 */
int http_client_init(
	struct http_client *client, const char *url, struct fr_error *err);

/* Closes the connection; the next exchange opens a new one. */
void http_client_close(struct http_client *client);

enum { HTTP_ANSWER_MAX = 1 << 16 };

struct http_answer {
	int status;
	char *body; /* owned by the caller; a NUL follows it */
	size_t length;
	/* X-Flagrace-Dropped, -Refused, -Epoch, ..; 0: absent */
	uint64_t dropped, refused, epoch;
	struct witness_connections connections;
	bool by_flagrace; /* the field Server is "flagrace" */
};

/*
 * Sends a request with a body (NULL: none) and reads the answer, whose body may
 * have HTTP_ANSWER_MAX bytes. Sends the request again if the server had closed
 * the kept connection. Returns 0 for any status of the answer, or -1 with *err
 * filled in and *answer empty.
 */
int http_exchange(struct http_client *client, const char *method,
	const char *path, const char *body, struct http_answer *answer,
	struct fr_error *err);

/* Called with each piece of a body. Returns 0, or -1 to stop. */
typedef int http_sink_fn(void *ctx, const char *bytes, size_t length);

/*
 * Gets `path` and passes the body of an answer with status 200 to sink in
 * pieces, so that it need not fit in memory. Drops the body of any other
 * answer. The body may have 1 GiB. Otherwise as http_exchange, but answer->body
 * is NULL.
 */
int http_fetch(struct http_client *client, const char *path, http_sink_fn *sink,
	void *ctx, struct http_answer *answer, struct fr_error *err);

/* Connects unless connected. Returns 0, or -1 with *err filled in. */
int http_probe(struct http_client *client, struct fr_error *err);

/* Reads the numeric address of the peer. Returns 0; -1: not connected. */
int http_peer(const struct http_client *client, struct http_origin *peer);

/* Tells whether it is connected and nothing has arrived unrequested. */
bool http_is_fresh(const struct http_client *client);

void http_answer_release(struct http_answer *answer);

/*
 * Appends key=value, percent-encoded, to a form (of type
 * application/x-www-form-urlencoded) in a buffer of `size` bytes. Returns 0, or
 * -1 if there is no room; the form is then truncated.
 */
int http_form_add(char *form, size_t size, const char *key, const char *value);

#endif
