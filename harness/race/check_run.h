/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The measuring of a check: blocks of base and head side by side, looked at
 * when that was planned, and once more from the first block on where a row
 * regressed. What is said of the figures is harness/judge's.
 */
#ifndef HARNESS_RACE_CHECK_RUN_H
#define HARNESS_RACE_CHECK_RUN_H

#include "harness/gate/check.h"
#include "harness/race/check_slots.h"

/*
 * Measures and judges. *out is the caller's to free; its labels are the
 * caller's to fill in. Returns 0 whatever the verdict, or -1 with *err:
 * nothing could be measured, or the user interrupted.
 */
int check_run(struct check_report **out, const struct check_job *job,
	struct fr_error *err);

#endif
