/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known beforehand to keep a cell from ever being measured. */
#ifndef HARNESS_RACE_CELL_LIMITS_H
#define HARNESS_RACE_CELL_LIMITS_H

#include <stdbool.h>

#include "harness/base/error.h"
#include "harness/plan/plan.h"

/*
 * Whether the witness, if there is one, has a row for each request, and this
 * system a descriptor and a port for each connection at once. Returns 0, or -1
 * with *err, which begins with the name and the value of the setting.
 */
int cell_limits_check(
	const struct cell *cell, bool witnessed, struct fr_error *err);

/* The same of each cell of the plan. */
int cell_limits_check_all(
	const struct plan *plan, bool witnessed, struct fr_error *err);

#endif
