/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures a check: runs blocks of base and head side by side, judges them at
 * the planned looks, and measures the rows that regressed a second time, from
 * the first block on. harness/gate judges the figures.
 */
#ifndef HARNESS_CHECK_CHECK_RUN_H
#define HARNESS_CHECK_CHECK_RUN_H

#include <gsl/gsl_rng.h>
#include <stdbool.h>

#include "harness/check/check_sides.h"
#include "harness/gate/check.h"
#include "harness/gate/check_judge.h"
#include "harness/gate/check_metrics.h"
#include "harness/gate/check_stats.h"
#include "harness/gate/check_watch.h"
#include "harness/plan/plan.h"

/* What a check measures, and how. The caller owns everything. */
struct check_job {
	/*
	 * The cells, the first of which has the control, and the same cells as
	 * head runs them: with another strategy, the concurrency may differ.
	 */
	const struct plan *plan, *head_plan;
	struct check_sides *sides; /* open */
	struct check_gate gate;
	uint64_t seed;
	/*
	 * In percent: the first block waits for less pressure, though not for
	 * long, and a block with more pressure is left out if it may be. 100
	 * disables this check and the steal check. A cell with a CPU quota has
	 * no such limit.
	 */
	double pressure;
	size_t blocks_max; /* of a cell, at the last look; <= CHECK_BLOCKS_MAX */
	int log_fd;        /* for the rows of trials; -1: none */
	const struct check_watch *watch; /* NULL: nobody watches */
};

/*
 * The columns of the log: a row per trial, with the disturbance of the machine
 * during it. The log shows why a block is void; it is never read back.
 */
extern const struct row_schema check_trial_schema;

/*
 * Opens the log at path and writes its header; path NULL: *fd is -1, for none.
 * Returns 0, or -1 with *err.
 */
int check_log_open(int *fd, const char *path, struct fr_error *err);

/*
 * Measures and judges. The caller frees *out, and fills in its labels. Returns
 * 0 whatever the verdict, or -1 with *err: nothing could be measured, or the
 * user interrupted.
 */
int check_run(struct check_report **out, const struct check_job *job,
	struct fr_error *err);

/*
 * Between check_run.c and check_block.c, which runs the trials of base, of head
 * and perhaps of the copy in turn, logs them, and keeps them unless the block is
 * void. No decision there depends on a timing. One thread.
 */

/* The measurements of a cell. */
struct check_log {
	bool active;
	bool open; /* a row is undecided, or it is the control's cell */
	bool gated[CHECK_METRIC_COUNT];
	size_t n, run; /* blocks kept, blocks run */
	struct check_voids voids;
	char reason[192], busy_reason[64];
	char scenario[ROWS_TEXT_MAX];
	struct check_block head[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
	struct check_block copy[CHECK_METRIC_COUNT][CHECK_BLOCKS_MAX];
};

/* The cells whose rows are judged together. */
struct check_set {
	const struct check_job *job;
	uint64_t number; /* 1, 2 */
	size_t control;  /* the cell that has one: the first active one */
	struct check_log *logs; /* one for each cell of the plan */
	size_t *order;          /* scratch, as long */
	gsl_rng *rng;
	struct check_progress progress;
};

/*
 * Runs one block of a cell and, unless it is a warm-up, adds it to the cell's
 * log. Returns 0, also if the block is void, or -1 with *err: nothing could be
 * measured, or the user interrupted.
 */
int check_block_run(
	struct check_set *set, size_t cell, bool warmup, struct fr_error *err);

/*
 * Waits until the machine is calm enough for the job's limit of pressure, for 20
 * seconds at most. Returns 0, also if the machine is still busy, or -1 with *err:
 * interrupted.
 */
int check_settle(const struct check_job *job, struct fr_error *err);

#endif
