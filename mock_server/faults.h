/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes wrong on purpose: kinds of faults, each at a rate, and which of
 * them an attempt at an item meets. At most one; a function of (seed, item,
 * attempt) alone. Pure.
 *
 * To refuse a connection is not among them: the kernel has accepted it before
 * a request, and with it the item, is known.
 */
#ifndef MOCK_SERVER_FAULTS_H
#define MOCK_SERVER_FAULTS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

enum fault_kind {
	FAULT_NONE,
	FAULT_STATUS,     /* another status than it would have been */
	FAULT_RESET,      /* reset instead of an answer */
	FAULT_RESET_BODY, /* reset in the middle of the body */
	FAULT_TRUNCATE,   /* an orderly end in the middle of the body */
	FAULT_STALL,      /* no answer, ever */
	FAULT_SLOW_BODY,  /* the body at bytes_per_s */
	FAULT_CLOSE,      /* an end behind the answer, against the promise */
	FAULT_KINDS,
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
 * Parses "none", or KIND:RATE[,..] as in "503:5%,stall:0.01"; kinds are a
 * status, reset, reset-body, truncate, stall, close and slow-body:1kB/s. The
 * rates add up to 100% at most. Returns 0; or -EINVAL with what is wrong,
 * where, and a good example, *faults being untouched.
 */
int faults_parse(
	struct faults *faults, const char *text, struct mock_error *err);

/* The fault that attempt (from 1) at item meets; NULL: none. */
const struct fault *faults_draw(const struct faults *faults, uint64_t seed,
	uint64_t item, uint64_t attempt);

/*
 * What the fault makes of a body that is sent: how much of it, and how fast
 * (bytes_per_s 0: at once). Whether an answer comes at all is the kind's.
 */
void fault_shape(
	const struct fault *fault, size_t *body_length, uint64_t *bytes_per_s);

/* "reset-body"; "" of FAULT_NONE. */
const char *fault_name(enum fault_kind kind);

#endif
