/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The measuring of a check: blocks of base and head side by side, looked at
 * when that was planned, and once more from the first block on where a row
 * regressed. What is said of the figures is harness/judge's.
 */
#ifndef HARNESS_RACE_CHECK_RUN_H
#define HARNESS_RACE_CHECK_RUN_H

#include <stdbool.h>

#include "harness/gate/check.h"
#include "harness/gate/check_metrics.h"
#include "harness/plan/plan.h"
#include "harness/race/check_sides.h"

/* Everything is the caller's. */
struct check_job {
	/*
	 * The cells, the first of which has the control; and the same as head
	 * runs them: another strategy, which may use more or fewer at once.
	 */
	const struct plan *plan, *head_plan;
	struct check_sides *sides; /* open */
	struct check_gate gate;
	uint64_t seed;
	double pressure; /* percent: above, a block is void; 100: by no load */
	int log_fd;      /* where slots are logged; -1: nowhere */
	bool quiet;      /* no line for each look */
};

/*
 * Measures and judges. *out is the caller's to free; its labels are the
 * caller's to fill in. Returns 0 whatever the verdict, or -1 with *err:
 * nothing could be measured, or the user interrupted.
 */
int check_run(struct check_report **out, const struct check_job *job,
	struct fr_error *err);

#endif
