/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predicts a run: its cells, its trials, and about how long they take. */
#ifndef HARNESS_RACE_FORECAST_H
#define HARNESS_RACE_FORECAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "harness/plan/plan.h"

/*
 * About how long a trial of the cell takes, in ns, with the delays, faults and
 * schedule of that seed. Returns 0, or -1 with *err: no memory, or the server's
 * message about a setting that it would refuse.
 */
int forecast_trial(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err);

/*
 * What the delays and the work of a trial of the cell take with that seed, at no
 * other cost, in ns: no strategy that starts its items in order ends earlier. 0:
 * nothing is known of the server. Returns as forecast_trial.
 */
int forecast_least(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err);

/* What defines a run besides its plan. */
struct forecast_run {
	const char *suite;
	uint64_t seed, blocks, warmup;
	bool until_known; /* the run may end after fewer blocks */
	size_t done;      /* trials that have been run already */
};

/*
 * Prints the plan's cells, the number of trials, and the time that the run
 * still takes. Returns 0, or -1 with *err as above and nothing printed.
 */
int forecast_write(FILE *out, const struct forecast_run *run,
	const struct plan *plan, struct fr_error *err);

#endif
