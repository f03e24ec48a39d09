/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parses an HTTP/1 answer (RFC 9112) to a GET incrementally, in pieces of any
 * length. Pure: no allocation, no I/O, no clock. All clients use this parser,
 * so that an answer means the same to each of them.
 *
 * A body ends by Content-Length, by chunks, or with the connection; 204 and 304
 * have no body. Interim answers (1xx), folded fields, chunk extensions and
 * trailers are skipped. An answer is malformed if the length of its body is in
 * doubt, and if it has an upgrade, a NUL, a CR within a line, or a coding other
 * than chunked, since no request asks for one.
 */
#ifndef HARNESS_BASE_ANSWER_H
#define HARNESS_BASE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum answer_limits {
	ANSWER_LINE_MAX = 256,   /* bytes of a line that are looked at */
	ANSWER_HEAD_MAX = 65536, /* bytes of a head, interim ones included */
	ANSWER_EXTRA_MAX = 4000, /* bytes of a chunk's first line, a trailer */
};

enum answer_state {
	ANSWER_STATUS,    /* a status line comes next */
	ANSWER_FIELDS,    /* a field comes next, or the empty line */
	ANSWER_BODY,      /* body_left bytes come next, or all to the end */
	ANSWER_SIZE,      /* the first line of a chunk comes next */
	ANSWER_CHUNK,     /* body_left bytes of a chunk come next */
	ANSWER_CHUNK_END, /* the line end behind a chunk comes next */
	ANSWER_TRAILERS,  /* a trailer comes next, or the empty line */
	ANSWER_END,       /* the answer is complete */
};

struct answer_span {
	const char *at; /* not ended by a NUL */
	size_t length;
};

/*
 * Called for each field of each head, also of interim answers, except for
 * Content-Length, Transfer-Encoding and fields longer than ANSWER_LINE_MAX.
 * Returns 0, or a -errno, which answer_read then returns.
 */
typedef int answer_field_fn(
	void *ctx, struct answer_span name, struct answer_span value);

struct answer {
	enum answer_state state;
	unsigned status;  /* 0: no status line yet */
	bool begun;       /* a status line has come, maybe an interim one */
	bool keep_alive;  /* the version or a field keeps the connection */
	bool closes;      /* a field closes it; overrides keep_alive */
	bool has_length;  /* there was a Content-Length */
	bool chunked;     /* the body comes in chunks */
	bool until_close; /* the body ends with the connection */
	bool matters;     /* the last field is one that is read here */
	bool has_colon;   /* in the unfinished line */
	bool has_nul;     /* in the unfinished line */
	bool has_cr;      /* within the unfinished line */
	bool ends_in_cr;  /* the unfinished line, as far as it has come */
	uint32_t retry_after_s; /* of Retry-After; 0: none */
	uint64_t body_left;
	size_t head_length;         /* of the head, or of the trailers */
	size_t line_length;         /* of the unfinished line */
	char line[ANSWER_LINE_MAX]; /* the start of that line */
	answer_field_fn *on_field;  /* set after answer_init; may be NULL */
	void *ctx;                  /* for on_field */
};

/* A piece of the body; points into the caller's bytes. */
struct answer_piece {
	const char *at;
	size_t length; /* 0: none */
	bool last;     /* the body ends with it */
};

void answer_init(struct answer *answer);

/*
 * Reads the value of a field Retry-After, without blanks around it: seconds (RFC
 * 9110, 10.2.3), at most UINT32_MAX of them. Returns 0 for anything else, also
 * for a date: the client does not know the server's clock.
 */
uint32_t answer_retry_after(struct answer_span value);

/*
 * Reads bytes[0..length), but at most to the end of a piece of the body, which
 * it stores in *piece. Returns the number of bytes it took: at least one, or 0
 * in state ANSWER_END. -EBADMSG: the answer is malformed; -EMSGSIZE: it exceeds
 * the limits. Nothing more can be read after an error.
 */
ssize_t answer_read(struct answer *answer, const char *bytes, size_t length,
	struct answer_piece *piece);

/* Tells whether the answer is complete if the connection was closed now. */
static inline bool answer_is_whole(const struct answer *answer)
{
	return answer->state == ANSWER_END ||
		(answer->state == ANSWER_BODY && answer->until_close);
}

#endif
