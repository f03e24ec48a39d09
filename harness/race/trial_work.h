/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The work of one trial (harness/base/work.h), made of the cell's setting and
 * the seed, with all that the work needs: a folder for saved bodies, and shared
 * memory for bodies that are saved apart. One thread.
 */
#ifndef HARNESS_RACE_TRIAL_WORK_H
#define HARNESS_RACE_TRIAL_WORK_H

#include <stdbool.h>

#include "harness/base/work.h"
#include "harness/plan/sweep.h"
#include "harness/race/scratch.h"

struct trial_work {
	struct fr_work work;
	bool any; /* there is work to do on each item */
	uint64_t *rounds, *cpu_ns;
	struct scratch scratch;
	size_t bodies_size;
};

/*
 * Draws the CPU time of each item of the cell, which depends on the cell and
 * the seed alone. Nothing else is made yet. Returns 0, or -1 with *err;
 * trial_work_close is required after 0.
 */
int trial_work_draw(struct trial_work *work, const struct cell *cell,
	uint64_t seed, struct fr_error *err);

/*
 * Draws, and makes the rest for a trial. run: the folder of the run, or NULL.
 * Returns as trial_work_draw.
 */
int trial_work_open(struct trial_work *work, const struct cell *cell,
	uint64_t seed, const char *run, struct fr_error *err);

void trial_work_close(struct trial_work *work);

/*
 * Checks that a trial of the cell can have its memory and its draws. Returns 0,
 * or -1 with *err.
 */
int trial_work_check(
	const struct cell *cell, uint64_t seed, struct fr_error *err);

#endif
