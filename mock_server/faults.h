/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes wrong on purpose: kinds of faults, each at a rate, and which one,
 * if any, an attempt at an item meets. That is a function of (seed, item,
 * attempt) alone. Pure.
 *
 * A refused connection is not among them: the kernel accepts a connection
 * before its first request, and with it the item, is known.
 */
#ifndef MOCK_SERVER_FAULTS_H
#define MOCK_SERVER_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_STATUS,     /* a given status instead of 200 */
	FAULT_LIMIT,      /* 429, by the rate limit (limit.h); never drawn */
	FAULT_RESET,      /* reset instead of an answer */
	FAULT_RESET_BODY, /* reset in the middle of the body */
	FAULT_TRUNCATE,   /* an orderly end in the middle of the body */
	FAULT_STALL,      /* no answer, ever */
	FAULT_SLOW_BODY,  /* the body at bytes_per_s */
	FAULT_CLOSE, /* an end after the answer, without Connection: close */
	/*
	 * The answer, and before it a GOAWAY: later requests of the connection
	 * are not processed. Over HTTP/1: with Connection: close.
	 */
	FAULT_GOAWAY,
	/*
	 * RST_STREAM with REFUSED_STREAM when a try comes for the first time.
	 * Over HTTP/1: nothing.
	 */
	FAULT_REFUSED,
	FAULT_KINDS,
};

/* What an answer that was sent means for those after it on its connection. */
enum fault_end {
	FAULT_GOES_ON, /* nothing */
	FAULT_CLOSES,  /* they are not sent: the connection is to be closed */
	FAULT_RESETS,  /* they are not sent: the connection is to be reset */
};

struct fault {
	enum fault_kind kind;
	unsigned status;      /* FAULT_STATUS: 200..599 */
	uint64_t bytes_per_s; /* FAULT_SLOW_BODY */
	double share;         /* of the attempts, 0..1 */
};

enum { FAULTS_MAX = 16, FAULTS_TEXT_MAX = 256 };

struct faults {
	struct fault faults[FAULTS_MAX];
	size_t count;
	char text[FAULTS_TEXT_MAX]; /* what it was parsed from */
};

/*
 * Parses "none", or KIND:RATE[,..] as in "503:5%,stall:0.01". A kind is a
 * status, reset, reset-body, truncate, stall, close, goaway, refused or
 * slow-body:SPEED. The rates add up to at most 100%. Returns 0; or -EINVAL with what is wrong, at
 * which column, and an example, and *faults is untouched.
 */
int faults_parse(
	struct faults *faults, const char *text, struct mock_error *err);

/* The fault that attempt (from 1) at item meets; NULL: none. */
const struct fault *faults_draw(const struct faults *faults, uint64_t seed,
	uint64_t item, uint64_t attempt);

/*
 * Changes how much of a body is sent, and how fast (bytes_per_s 0: at once), as
 * the fault demands.
 */
void fault_shape(
	const struct fault *fault, size_t *body_length, uint64_t *bytes_per_s);

/* "reset-body"; "" of FAULT_NONE. */
const char *fault_name(enum fault_kind kind);
enum fault_end fault_end(enum fault_kind kind);

#endif
