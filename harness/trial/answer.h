/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of an HTTP/1 answer (RFC 9112), read as its bytes arrive, however
 * they are cut. Pure: no allocation, no I/O, no clock.
 *
 * It understands answers whose length is told by Content-Length, or that have
 * no body (204, 304); interim answers (1xx) are passed over. Chunked bodies,
 * bodies that end with their connection, folded fields and upgrades are not
 * understood: such an answer is garbled, which is a failed request.
 */
#ifndef HARNESS_TRIAL_ANSWER_H
#define HARNESS_TRIAL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum answer_limits {
	ANSWER_LINE_MAX = 256,   /* of a line that matters; others are passed */
	ANSWER_HEAD_MAX = 65536, /* of all lines, interim answers included */
};

enum answer_state {
	ANSWER_STATUS, /* a status line is to come */
	ANSWER_FIELDS, /* fields are to come, or the empty line */
	ANSWER_BODY,   /* the head is whole; body_left bytes are to come */
};

struct answer {
	enum answer_state state;
	unsigned status;    /* 0: no whole status line yet */
	bool keep_alive;    /* the version or a field wants it kept */
	bool closes;        /* a field says it ends; that has the last word */
	bool has_length;    /* a Content-Length was there */
	uint64_t body_left; /* the holder counts it down */
	size_t head_length;
	size_t line_length; /* of an unfinished line, cut or not */
	char line[ANSWER_LINE_MAX];
};

void answer_init(struct answer *answer);

/*
 * Reads on in bytes[0..length), up to the end of the head at the most: the
 * body is left to the caller. To be called in the first two states. Returns
 * how many bytes it took; less than length only in the state ANSWER_BODY.
 * -EBADMSG: it is garbled and so is all that would follow.
 */
ssize_t answer_read(struct answer *answer, const char *bytes, size_t length);

#endif
