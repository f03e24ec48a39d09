/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run would do: its cells, its trials, and about how long they take. */
#ifndef HARNESS_CLI_FORECAST_H
#define HARNESS_CLI_FORECAST_H

#include <stdio.h>

#include "harness/cli/settings.h"

/*
 * About how long a trial of the cell takes, in ns, with the delays, faults and
 * arrivals of that seed. Returns 0, or -1 with *err: no memory, or a setting
 * that the server would refuse, in its words.
 */
int forecast_trial(double *ns, const struct cell *cell, uint64_t seed,
	struct fr_error *err);

/*
 * Prints it, of a run of which so many trials are done. Returns 0, or -1 with
 * *err as above, and nothing printed.
 */
int forecast_write(FILE *out, const struct run_settings *settings,
	const struct plan *plan, size_t done, struct fr_error *err);

#endif
