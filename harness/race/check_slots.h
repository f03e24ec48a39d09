/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slots of a check's block: base, head and perhaps the copy, run in turn,
 * logged, and kept unless the block is void. No timing is looked at here. One
 * thread.
 */
#ifndef HARNESS_RACE_CHECK_SLOTS_H
#define HARNESS_RACE_CHECK_SLOTS_H

#include <gsl/gsl_rng.h>

#include "harness/gate/check_judge.h"
#include "harness/gate/check_stats.h"
#include "harness/race/check_run.h"

/* What was measured of a cell. */
struct check_log {
	bool active;
	bool gated[CHECK_METRIC_COUNT];
	size_t n, run; /* blocks kept; all that were run */
	struct check_voids voids;
	char reason[192];
	char scenario[ROWS_TEXT_MAX];
	struct check_block head[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
	struct check_block copy[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
};

/* What is judged together. */
struct check_set {
	const struct check_job *job;
	uint64_t number; /* 1, 2 */
	size_t control;  /* the cell that has one: the first active one */
	struct check_log *logs; /* one for each cell of the plan */
	size_t *order;          /* scratch: as many */
	gsl_rng *rng;
};

/*
 * Runs one block of a cell and adds it to the cell's log; the warm-up is run
 * and forgotten. Returns 0, also when it is void, or -1 with *err: nothing
 * could be measured, or the user interrupted.
 */
int check_slots_run(
	struct check_set *set, size_t cell, bool warmup, struct fr_error *err);

#endif
