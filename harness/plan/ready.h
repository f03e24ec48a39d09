/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ready suites: the files of suites/, built into the program. */
#ifndef HARNESS_PLAN_READY_H
#define HARNESS_PLAN_READY_H

#include <stddef.h>

struct ready_suite {
	const char *name; /* "headline" */
	const char *text; /* of the file, whose first line is a comment */
};

/* The suite whose settings are the defaults of all others. */
#define READY_DEFAULT "headline"

/* Suite i, counted from 0; NULL after the last one. */
const struct ready_suite *ready_suite(size_t i);

/* The suite of that name, or NULL. */
const struct ready_suite *ready_find(const char *name);

/* The suite's question, from its first line: *length bytes, without NUL. */
const char *ready_question(const struct ready_suite *suite, int *length);

#endif
