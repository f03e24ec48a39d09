/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plain HTTP/1.0 exchange over a blocking socket, for the harness's own
 * talk with the mock server. No library: the process that forks the trials
 * must never have called libcurl. One thread.
 */
#ifndef HARNESS_TRIAL_HTTP_H
#define HARNESS_TRIAL_HTTP_H

#include <stddef.h>

#include "harness/error.h"

/* Where a server is: http://HOST:PORT and nothing behind it. */
struct http_origin {
	char host[64];
	char port[8];
};

struct http_answer {
	int status;
	char *body; /* the holder's, to free; ends with a NUL not counted */
	size_t length;
	/* X-Flagrace-Dropped, -Refused and -Epoch; 0 when absent */
	unsigned long dropped, refused, epoch;
};

/* Takes a base URL apart. Returns 0, or -1 with *err filled in. */
int http_origin_parse(
	struct http_origin *origin, const char *url, struct fr_error *err);

/*
 * Sends `method path` with body (NULL: none) and reads the whole answer,
 * bounded in time (10 s a step) and size (1 GiB). Returns 0 whatever the
 * answer's status, or -1 with *err filled in and *answer empty.
 */
int http_exchange(const struct http_origin *origin, const char *method,
	const char *path, const char *body, struct http_answer *answer,
	struct fr_error *err);

/* Takes a piece of a body as it comes. Returns 0, or -1 to give up. */
typedef int http_sink_fn(void *ctx, const char *bytes, size_t length);

/*
 * Gets `path` and hands the body of an answer 200 to sink, piece by piece, so
 * that it need not fit in memory; that of any other answer is passed over.
 * Bounded as http_exchange is. Returns 0 with answer->body NULL, or -1 with
 * *err filled in.
 */
int http_fetch(const struct http_origin *origin, const char *path,
	http_sink_fn *sink, void *ctx, struct http_answer *answer,
	struct fr_error *err);

/* Whether something listens there. Returns 0, or -1 with *err filled in. */
int http_probe(const struct http_origin *origin, struct fr_error *err);

void http_answer_release(struct http_answer *answer);

/*
 * Appends key=value to a form (application/x-www-form-urlencoded), of size
 * bytes in all, its value percent-encoded. Returns 0, or -1 when there is no
 * room; the form then ends in the middle and is of no use.
 */
int http_form_add(char *form, size_t size, const char *key, const char *value);

#endif
