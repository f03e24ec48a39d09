/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run would do: its cells, its trials, and about how long they take. */
#ifndef HARNESS_CLI_FORECAST_H
#define HARNESS_CLI_FORECAST_H

#include <stdio.h>

#include "harness/cli/settings.h"

/*
 * Prints it. Each latency is drawn from to know its mean, so one that the
 * server would refuse is refused here. Returns 0, or -1 with *err.
 */
int forecast_write(FILE *out, const struct run_settings *settings,
	const struct plan *plan, struct fr_error *err);

#endif
