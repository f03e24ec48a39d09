/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The suites that come with the program: those of suites/, built into it. */
#ifndef HARNESS_PLAN_READY_H
#define HARNESS_PLAN_READY_H

#include <stddef.h>

struct ready_suite {
	const char *name; /* "headline" */
	const char *text; /* the file; its first line is a comment */
};

/* The suite whose settings hold wherever another one is silent. */
#define READY_DEFAULT "headline"

/* Suite i, from 0; NULL behind the last. */
const struct ready_suite *ready_suite(size_t i);

/* The one of that name, or NULL. */
const struct ready_suite *ready_find(const char *name);

/* Its question, as its first line has it: *length bytes, not ended. */
const char *ready_question(const struct ready_suite *suite, int *length);

#endif
