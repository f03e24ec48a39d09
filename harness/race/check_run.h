/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures a check: runs blocks of base and head side by side, judges them at
 * the planned looks, and measures the rows that regressed a second time, from
 * the first block on. harness/gate judges the figures.
 */
#ifndef HARNESS_RACE_CHECK_RUN_H
#define HARNESS_RACE_CHECK_RUN_H

#include "harness/gate/check.h"
#include "harness/race/check_block.h"

/*
 * Measures and judges. The caller frees *out, and fills in its labels. Returns
 * 0 whatever the verdict, or -1 with *err: nothing could be measured, or the
 * user interrupted.
 */
int check_run(struct check_report **out, const struct check_job *job,
	struct fr_error *err);

#endif
