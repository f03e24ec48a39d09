/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An answer: its head as in HTTP/1.1, without the fields that belong to the
 * connection, and its body. Made once and sent many times: its bytes are lent,
 * or each copy has a reference to them. References are counted under the
 * caller's lock.
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
	 * without the empty line; then, unless it is a part, the body.
	 */
	const char *bytes;
	const char *body; /* body_length bytes */
	size_t head_length, body_length;
	uint64_t body_hash; /* XXH3-64 */
	/*
	 * Of content. A hash of the body, but not body_hash, which a client
	 * must not learn from a head.
	 */
	uint64_t etag;
	struct response_bytes *owned; /* a reference; NULL: lent */
	/* Of a part: a reference to the bytes of the whole; NULL: lent. */
	struct response_bytes *whole;
};

/*
 * Copies the body into a new response. `fields` are more fields, each ended by
 * CRLF, or "". Returns 0; -ENOMEM; or -EINVAL: the fields are too long.
 */
int response_init(struct response *response, unsigned status, const char *type,
	const char *fields, const void *body, size_t body_length);

/* As response_init, with a body of one line of text. */
int response_init_text(struct response *response, unsigned status,
	const char *fields, const char *line);

/* The reason phrase of the status as body; 204, 205 and 304 have none. */
int response_init_status(
	struct response *response, unsigned status, const char *fields);

/* Content: status 200, with an ETag, of which ranges may be asked for. */
int response_init_content(struct response *response, const char *type,
	const void *body, size_t body_length);

/* "\"0123456789abcdef\"" */
enum { RESPONSE_ETAG_MAX = 19 };
void response_etag(
	const struct response *response, char etag[RESPONSE_ETAG_MAX]);

/*
 * Status 206: `length` bytes of the body of content, from `first` on, which are
 * not copied. If the whole is lent, so is the part. Returns 0, -ENOMEM, or
 * -EINVAL: the head is too long.
 */
int response_init_part(struct response *response, const struct response *whole,
	size_t first, size_t length);

/*
 * Changes bytes of the body of content, and its hash and ETag with them. The
 * content is owned, and neither shared nor lent.
 */
void response_change(
	struct response *response, size_t at, const void *bytes, size_t length);

/* A copy without a reference: the lender must outlive it. */
struct response response_lend(const struct response *lender);

/* A copy with a reference of its own. */
struct response response_share(const struct response *response);

/* Whether there are other references. */
bool response_is_shared(const struct response *response);

/*
 * For an answer to HEAD: releases an owned body and leaves the head as it is.
 * If there is no memory for that, nothing changes.
 */
void response_drop_body(struct response *response);

/* Drops the reference, if there is one. */
void response_release(struct response *response);

#endif
