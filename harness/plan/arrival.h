/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The open loop: an arrival process, and the schedule of starts that it gives
 * to the items of a job. Pure; any thread.
 *
 *     constant:500/s   one item every 2 ms, the first at once
 *     poisson:500/s    independent starts, 2 ms apart on average
 */
#ifndef HARNESS_PLAN_ARRIVAL_H
#define HARNESS_PLAN_ARRIVAL_H

#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

enum arrival_kind {
	ARRIVAL_CLOSED,   /* no schedule: as soon as a worker is free */
	ARRIVAL_CONSTANT, /* equal gaps */
	ARRIVAL_POISSON,  /* exponentially distributed gaps */
};

struct arrival_process {
	enum arrival_kind kind;
	double per_second; /* 0.001 to 1000000; 0: closed */
};

/*
 * Reads one of the forms above; "" is closed. `where` names the setting, for
 * errors. Returns 0, or -1 with *err, which shows a valid example.
 */
int arrival_parse(struct arrival_process *arrival, const char *text,
	const char *where, struct fr_error *err);

/*
 * Writes the scheduled starts of n items, in ns from the start of the job,
 * ascending. They depend on the arguments alone. arrival must not be closed.
 * Returns 0 or -ENOMEM.
 */
int arrival_times(uint64_t *due_ns, size_t n,
	const struct arrival_process *arrival, uint64_t seed);

/*
 * Does both: reads the text and sets *due_ns to the schedule of n items, which
 * the caller frees; NULL in a closed loop. Returns 0, or -1 with *err.
 */
int arrival_draw(uint64_t **due_ns, const char *text, size_t n, uint64_t seed,
	struct fr_error *err);

#endif
