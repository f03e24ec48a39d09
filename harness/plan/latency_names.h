/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that a suite gives to latencies, written "wan=lognormal:..", and the
 * latencies put in their place.
 */
#ifndef HARNESS_PLAN_LATENCY_NAMES_H
#define HARNESS_PLAN_LATENCY_NAMES_H

#include "harness/base/error.h"
#include "harness/base/texts.h"

/* Whether each is NAME=SPEC. Returns 0, or -1 with *err. */
int latency_names_check(const struct texts *names, struct fr_error *err);

/*
 * Puts the latencies in place of their names in the list; what is no name
 * stays. Returns 0, or -1 with *err: no memory, the list unchanged.
 */
int latency_names_resolve(
	struct texts *list, const struct texts *names, struct fr_error *err);

#endif
