/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run would do: its cells, its trials, and about how long they take. */
#ifndef HARNESS_RACE_FORECAST_H
#define HARNESS_RACE_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/plan/plan.h"

/*
 * About how long a trial of the cell takes, in ns, with the delays, faults and
 * arrivals of that seed. Returns 0, or -1 with *err: no memory, or a setting
 * that the server would refuse, in its words.
 */
int forecast_trial(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err);

/* What a run asks for besides its plan. */
struct forecast_run {
	const char *suite;
	uint64_t seed, blocks, warmup;
	bool until_known; /* it may end with fewer blocks */
	size_t done;      /* trials of it that have been run */
};

/*
 * Prints the plan's cells, and the trials and the time that the run still
 * takes. Returns 0, or -1 with *err as above, and nothing printed.
 */
int forecast_write(FILE *out, const struct forecast_run *run,
	const struct plan *plan, struct fr_error *err);

#endif
