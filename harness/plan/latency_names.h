/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names that a suite gives to latencies, such as "wan=lognormal:..", and
 * their replacement by the latencies.
 */
#ifndef HARNESS_PLAN_LATENCY_NAMES_H
#define HARNESS_PLAN_LATENCY_NAMES_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

/* Checks that each has the form NAME=SPEC. Returns 0, or -1 with *err. */
int latency_names_check(const struct texts *names, struct fr_error *err);

/*
 * Replaces each name in the list by its latency; other texts stay as they are.
 * Returns 0, or -1 with *err and the list unchanged: no memory.
 */
int latency_names_resolve(
	struct texts *list, const struct texts *names, struct fr_error *err);

/*
 * Whether the server may have to read a file for this latency. True for some
 * texts that are no latency, too.
 */
bool latency_may_be_trace(const char *text);

#endif
