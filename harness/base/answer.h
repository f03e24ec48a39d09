/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An HTTP/1 answer (RFC 9112) to a GET, read as its bytes arrive, however they
 * are cut. Pure: no allocation, no I/O, no clock. All clients read by this, so
 * that an answer means the same to each of them.
 *
 * A body ends as Content-Length, chunks or the connection's end tell; 204 and
 * 304 have none. Interim answers (1xx) are passed over, folded fields, chunk
 * extensions and trailers too. What leaves the body's length in doubt is
 * garbled, and so are an upgrade, a NUL, a CR that ends no line, and a coding
 * other than chunked, for none was asked for.
 */
#ifndef HARNESS_BASE_ANSWER_H
#define HARNESS_BASE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum answer_limits {
	ANSWER_LINE_MAX = 256,   /* of a line that matters; others are passed */
	ANSWER_HEAD_MAX = 65536, /* of all lines, interim answers included */
	/* Of a chunk's first line, and of a trailer; all trailers as a head. */
	ANSWER_EXTRA_MAX = 4000,
};

enum answer_state {
	ANSWER_STATUS,    /* a status line is to come */
	ANSWER_FIELDS,    /* fields are to come, or the empty line */
	ANSWER_BODY,      /* body_left bytes are to come, or all to the end */
	ANSWER_SIZE,      /* a chunk's first line is to come */
	ANSWER_CHUNK,     /* body_left bytes of it are to come */
	ANSWER_CHUNK_END, /* the line's end behind it is to come */
	ANSWER_TRAILERS,  /* fields are to come, or the empty line */
	ANSWER_END,       /* it is whole */
};

struct answer_span {
	const char *at; /* not ended by a NUL */
	size_t length;
};

/*
 * Called for each field of a head, interim answers included, but for those that
 * tell the body's length and those longer than ANSWER_LINE_MAX. Returns 0, or a
 * -errno that answer_read returns.
 */
typedef int answer_field_fn(
	void *ctx, struct answer_span name, struct answer_span value);

struct answer {
	enum answer_state state;
	unsigned status; /* 0: no whole status line yet */
	bool begun;      /* a whole line has come, of an interim one at least */
	bool keep_alive; /* the version or a field wants it kept */
	bool closes;     /* a field says it ends; that has the last word */
	bool has_length; /* a Content-Length was there */
	bool chunked;    /* the body comes in chunks */
	bool until_close; /* the body ends with the connection */
	bool matters;     /* the last field is one of those read here */
	bool has_colon;   /* of an unfinished line */
	bool has_nul;
	uint64_t body_left;
	size_t head_length; /* or that of the trailers */
	size_t line_length; /* of an unfinished line, cut or not */
	char line[ANSWER_LINE_MAX];
	answer_field_fn *on_field; /* set after answer_init; may be NULL */
	void *ctx;                 /* for on_field */
};

/* A piece of the body, in the caller's bytes. */
struct answer_piece {
	const char *at;
	size_t length; /* 0: none */
	bool last;     /* nothing of the body comes behind it */
};

void answer_init(struct answer *answer);

/*
 * Reads on in bytes[0..length), up to the end of a piece of the body at the
 * most, which is put into *piece. Returns how many bytes it took: at least one,
 * unless the state is ANSWER_END, behind which nothing is read. -EBADMSG: it is
 * garbled and so is all that would follow; -EMSGSIZE: it is beyond the limits.
 */
ssize_t answer_read(struct answer *answer, const char *bytes, size_t length,
	struct answer_piece *piece);

/* Whether it was all there if the connection has ended in good order. */
static inline bool answer_is_whole(const struct answer *answer)
{
	return answer->state == ANSWER_END ||
		(answer->state == ANSWER_BODY && answer->until_close);
}

#endif
