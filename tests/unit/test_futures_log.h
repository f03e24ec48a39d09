/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests of an executor share: tasks that log when they ran. */
#ifndef TEST_FUTURES_LOG_H
#define TEST_FUTURES_LOG_H

#include "test_futures.h"

#include <stdio.h>
#include <stdlib.h>

static inline void assert_described(const struct future *f, const char *word)
{
	char expected[2 * FUTURE_DESCRIPTION_MAX];
	char text[FUTURE_DESCRIPTION_MAX];

	snprintf(expected, sizeof(expected), "<Future at %p state=%s>",
		(const void *)f, word);
	assert_ptr_equal(future_describe(f, text, sizeof(text)), text);
	assert_string_equal(text, expected);
}

struct log {
	unsigned n;
	int entry[64];
};

struct entry {
	struct log *log;
	int value;
};

/* For one worker: then no two run at the same time. */
static inline int write_log(void *arg, void **result)
{
	struct entry *e = arg;

	(void)result;
	e->log->entry[e->log->n++] = e->value;
	return 0;
}

#endif
