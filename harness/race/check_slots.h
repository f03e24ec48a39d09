/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slots of a check's block: base, head and perhaps the copy, run in turn,
 * logged, and kept unless the block is void. No timing is looked at here. One
 * thread.
 */
#ifndef HARNESS_RACE_CHECK_SLOTS_H
#define HARNESS_RACE_CHECK_SLOTS_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>

#include "harness/gate/check_judge.h"
#include "harness/gate/check_metrics.h"
#include "harness/gate/check_stats.h"
#include "harness/plan/plan.h"
#include "harness/race/check_sides.h"

/* What a check measures, and how. Everything is the caller's. */
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
