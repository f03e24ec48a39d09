/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the fastest of many cells without running all of them equally often. The
 * cells run in blocks. After each block, from the third on, each cell is compared
 * with the leader, which has been fastest so far, and a cell that is shown to be
 * slower is dropped. docs/METHOD.md ("Racing") describes the rule, and
 * tests/gate/race_table.c measures how often it errs.
 *
 * Pure: the caller runs the trials and tells their times. One thread.
 */
#ifndef HARNESS_GATE_ELIMINATION_H
#define HARNESS_GATE_ELIMINATION_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/base/stats.h"
#include "harness/runs/failing.h"

/* Cells whose times differ by at most this share are as good. */
#define ELIMINATION_CLOSE 0.01
/* The probability that the fastest cell is dropped, over all looks. */
#define ELIMINATION_ALPHA 0.05
/* A race takes at most this share of the trials of the run that it spares. */
#define ELIMINATION_SHARE 0.35

enum {
	/* Blocks before the first cell is dropped. */
	ELIMINATION_FIRST_LOOK = 3,
	/* The most blocks of a race. */
	ELIMINATION_BLOCKS_MAX = 32,
	/* Blocks of the cells that are left: intervals need so many. */
	ELIMINATION_BLOCKS_MIN = 6,
};

enum elimination_state {
	ELIMINATION_IN,      /* not shown to be slower than the leader */
	ELIMINATION_SLOWER,  /* dropped: slower than `by` */
	ELIMINATION_FAILING, /* dropped: failed more requests than `by` */
	ELIMINATION_INVALID, /* dropped: too few trials give a time */
};

struct elimination_cell {
	enum elimination_state state;
	bool close; /* ELIMINATION_IN, and shown to be as good as the leader */
	size_t blocks;  /* that it ran in */
	size_t by;      /* what it lost to */
	size_t excused; /* of its trials without a time */
	struct failing failing;
};

/* What a race is about. */
struct elimination_terms {
	size_t cells;  /* >= 1 */
	size_t blocks; /* the most; 1 to ELIMINATION_BLOCKS_MAX */
	/*
	 * Cells of the run that the race spares, of whose trials it takes a share;
	 * at least `cells`. 0: as many.
	 */
	size_t of_cells;
	size_t spent; /* trials that were run before, and count */
};

/* A race; members are for reading. */
struct elimination {
	struct elimination_terms terms;
	size_t block;                   /* the blocks that have been run */
	size_t trials, trials_max;      /* run so far; the most */
	size_t leader;                  /* terms.cells: no cell has a time */
	struct elimination_cell *cells; /* owned, like all of these */
	double *times; /* their logarithms, [cell][block]; NaN: none */
	double *scratch;
};

/* The most trials of such a race. */
size_t elimination_trials_max(const struct elimination_terms *terms);

/* *out is the caller's to free. Returns 0 or -ENOMEM. */
int elimination_create(
	struct elimination **out, const struct elimination_terms *terms);

/* NULL is accepted. */
void elimination_free(struct elimination *race);

/* A trial of a cell. */
struct elimination_trial {
	double time;            /* any unit, the same for all; NaN: none */
	struct failing failing; /* its requests */
	bool excused; /* there is no time, but that is not the cell's fault */
};

/* Tells the trial of a cell that is in, in the block that is being run. */
void elimination_tell(struct elimination *race, size_t cell,
	const struct elimination_trial *trial);

/*
 * Ends the block, in which each cell that is in had a trial, and drops cells.
 * Returns whether another block is to be run.
 */
bool elimination_end_block(struct elimination *race);

/*
 * The cell to recommend: of those that are in and were measured at most
 * ELIMINATION_CLOSE slower than the leader, the one with the least order[cell].
 * There must be a leader.
 */
size_t elimination_choose(const struct elimination *race, const size_t *order);

/*
 * How many times as long as `other` the cell took in the blocks that both ran
 * in, with its interval: from six blocks on, 95 % by Wilcoxon's signed ranks.
 */
struct estimate elimination_ratio(
	const struct elimination *race, size_t cell, size_t other);

#endif
