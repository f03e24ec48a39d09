/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the program that a build may leave out, because their library is
 * missing (optional.cmake). Constant; any thread.
 */
#ifndef HARNESS_BASE_PARTS_H
#define HARNESS_BASE_PARTS_H

#include <stdbool.h>

enum { PART_STRATEGIES_MAX = 3 };

struct part {
	const char *library; /* "liburing" */
	const char *version; /* that it was built with; NULL: left out */
	const char *gives;   /* what is lost without it */
	const char *package; /* that brings it, on Debian */
	const char *strategies[PART_STRATEGIES_MAX]; /* ends with NULL */
};

enum part_name {
	PART_OPENMP,
	PART_LIBURING,
	PART_NGHTTP2,
	PART_OPENSSL,
	PART_SQLITE,
	PART_MPI,
	PARTS
};

extern const struct part parts[PARTS];

/* Tells whether the part is in this program. */
bool part_is_there(enum part_name part);

/* The part without which the strategy is left out of a build, or NULL. */
const struct part *part_of_strategy(const char *strategy);

#endif
