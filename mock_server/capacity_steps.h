/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the capacity changes while the server runs: "10,40@2s,10@4s" is 10 places
 * at first, 40 from 2 s on, and 10 from 4 s on. The time counts from the first
 * item request of the epoch. Pure.
 */
#ifndef MOCK_SERVER_CAPACITY_STEPS_H
#define MOCK_SERVER_CAPACITY_STEPS_H

#include <stddef.h>
#include <stdint.h>

#include "mock_server/mock_server.h"

enum { CAPACITY_STEPS_MAX = 16, CAPACITY_TEXT_MAX = 128 };

struct capacity_steps {
	struct {
		uint64_t after_ns, places; /* places >= 1 */
	} steps[CAPACITY_STEPS_MAX];       /* after_ns ascend */
	size_t count;
	char text[CAPACITY_TEXT_MAX]; /* ",40@2s,10@4s" */
};

/*
 * Parses what follows the first number of `text`, from column `at` (from 0) on:
 * nothing, or steps, each behind a comma. Returns 0; or -EINVAL, and *steps is
 * untouched.
 */
int capacity_steps_parse(struct capacity_steps *steps, const char *text,
	size_t at, struct mock_error *err);

#endif
