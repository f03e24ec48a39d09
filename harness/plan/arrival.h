/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When items arrive, that is, are meant to be started: an arrival process and
 * the times it gives. Pure; any thread.
 *
 *     constant:500/s   one every 2 ms, the first at once
 *     poisson:500/s    independent arrivals, 2 ms apart in the mean
 */
#ifndef HARNESS_PLAN_ARRIVAL_H
#define HARNESS_PLAN_ARRIVAL_H

#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

enum arrival_kind {
	ARRIVAL_CLOSED,   /* no times: as soon as a worker is free */
	ARRIVAL_CONSTANT, /* equal gaps */
	ARRIVAL_POISSON,  /* exponentially distributed gaps */
};

struct arrival {
	enum arrival_kind kind;
	double per_second; /* 0.001 to 1000000; 0: closed */
};

/*
 * Reads one of the forms above; "" is closed. `where` is what the text was
 * given for. Returns 0, or -1 with *err showing a good one.
 */
int arrival_parse(struct arrival *arrival, const char *text, const char *where,
	struct fr_error *err);

/*
 * Writes the times of n items, ns from the start, ascending; they depend on
 * the arguments alone. arrival is not closed. Returns 0 or -ENOMEM.
 */
int arrival_times(uint64_t *due_ns, size_t n, const struct arrival *arrival,
	uint64_t seed);

/*
 * Both of the above: the times of n items in *due_ns, for free(); NULL in a
 * closed loop. Returns 0, or -1 with *err filled in.
 */
int arrival_draw(uint64_t **due_ns, const char *text, size_t n, uint64_t seed,
	struct fr_error *err);

#endif
