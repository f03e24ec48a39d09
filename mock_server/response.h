/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An answer: its head as it goes over HTTP/1.1, but for the fields that belong
 * to a connection, and its body. Made once, sent as often as one likes: the
 * bytes are lent, or every copy has a reference. References are counted without
 * a lock of their own.
 */
#ifndef MOCK_SERVER_RESPONSE_H
#define MOCK_SERVER_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct response_bytes;

struct response {
	unsigned status;
	/*
	 * head_length bytes of status line and fields, each ended by CRLF but
	 * without the empty line; then body_length bytes of body.
	 */
	const char *bytes;
	size_t head_length, body_length;
	uint64_t body_hash; /* XXH3-64 */
	/*
	 * Of what was found. Made of the body by another hash than body_hash:
	 * who has the head has neither that nor the body.
	 */
	uint64_t etag;
	struct response_bytes *owned; /* a reference; NULL: lent */
};

/*
 * Copies the body into a new response. `fields` are further fields, each ended
 * by CRLF, or "". Returns 0, -ENOMEM, or -EINVAL when the fields
 * are longer than a head should be.
 */
int response_init(struct response *response, unsigned status, const char *type,
	const char *fields, const void *body, size_t body_length);

/* The same with a body of one line of text. */
int response_init_text(struct response *response, unsigned status,
	const char *fields, const char *line);

/* What the status says by itself; 204, 205 and 304 have no body. */
int response_init_status(
	struct response *response, unsigned status, const char *fields);

/* A found thing: status 200, with an ETag; ranges of it are given. */
int response_init_content(struct response *response, const char *type,
	const void *body, size_t body_length);

/* "\"0123456789abcdef\"" */
enum { RESPONSE_ETAG_MAX = 19 };
void response_etag(
	const struct response *response, char etag[RESPONSE_ETAG_MAX]);

/*
 * 206: `length` bytes of the body of a found thing, from `first` on. Returns 0
 * or -ENOMEM.
 */
int response_init_part(struct response *response, const struct response *whole,
	size_t first, size_t length);

/*
 * Changes bytes of the body of a found thing, whose hash and ETag change with
 * them. It must be its own and neither shared nor lent.
 */
void response_change(
	struct response *response, size_t at, const void *bytes, size_t length);

/* A copy of `lender` to send; the lender must outlive it. */
struct response response_lend(const struct response *lender);

/* A copy with a reference of its own to what is owned. */
struct response response_share(const struct response *response);

/* Whether others have references to what is owned. */
bool response_is_shared(const struct response *response);

/*
 * For an answer to HEAD: gives up the body, if there is memory for a copy of
 * the head, which stays as it is.
 */
void response_drop_body(struct response *response);

/* Gives its reference back. */
void response_release(struct response *response);

#endif
