/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The racing rule: finds the fastest of many cells without running all of them
 * equally often. The cells run in blocks. After each block, from the third on,
 * each cell is compared with the leader, which has been fastest so far, and a cell
 * that is shown to be slower is dropped. docs/METHOD.md
 * describes the rule, and tests/gate/race_table.c measures how often it errs.
 *
 * Pure: the caller runs the trials and tells their times. One thread.
 */
#ifndef HARNESS_GATE_RACING_H
#define HARNESS_GATE_RACING_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/base/stats.h"
#include "harness/runs/failing.h"

/* Cells whose times differ by at most this share are as good. */
#define RACING_CLOSE 0.01
/* The probability that the fastest cell is dropped, over all looks. */
#define RACING_ALPHA 0.05
/* A race takes at most this share of the trials of a run of all its blocks. */
#define RACING_SHARE 0.35

enum {
	RACING_FIRST_LOOK = 3,  /* blocks before the first cell is dropped */
	RACING_BLOCKS_MAX = 32, /* the most blocks of a race */
	/* What is left at the end has at least so many: figures need them. */
	RACING_BLOCKS_MIN = 6,
};

enum racing_state {
	RACING_IN,      /* not shown to be slower than the leader */
	RACING_SLOWER,  /* dropped: slower than `by` */
	RACING_FAILING, /* dropped: more of its requests failed than of `by` */
	RACING_INVALID, /* dropped: too few of its trials give a time */
};

struct racing_cell {
	enum racing_state state;
	bool close;    /* RACING_IN, and shown to be as good as the leader */
	size_t blocks; /* that it ran in */
	size_t by;     /* what it lost to */
	struct failing failing;
};

/* What a race is about. */
struct racing_terms {
	size_t cells;  /* >= 1 */
	size_t blocks; /* the most; 1 to RACING_BLOCKS_MAX */
};

/* A race; members are for reading. */
struct racing {
	struct racing_terms terms;
	size_t block;              /* the blocks that have been run */
	size_t trials, trials_max; /* run so far; the most */
	size_t leader;             /* terms.cells: no cell has a time */
	struct racing_cell *cells; /* owned, like all of these */
	double *times; /* their logarithms, [cell][block]; NaN: none */
	double *scratch;
};

/* The most trials of such a race. */
size_t racing_trials_max(const struct racing_terms *terms);

/* *out is the caller's to free. Returns 0 or -ENOMEM. */
int racing_create(struct racing **out, const struct racing_terms *terms);

/* NULL is accepted. */
void racing_free(struct racing *racing);

/*
 * Tells a trial of a cell that is in, in the block that is being run. time: any
 * unit, the same for all; NaN: the trial gives no time. failing: its requests.
 */
void racing_tell(struct racing *racing, size_t cell, double time,
	struct failing failing);

/*
 * Ends the block, in which each cell that is in had a trial, and drops cells.
 * Returns whether another block is to be run.
 */
bool racing_end_block(struct racing *racing);

/*
 * The cell to recommend: of those that are in and measured at most RACING_CLOSE
 * slower than the leader, the one with the least `order`, of which there is one
 * for each cell. terms.cells: there is none.
 */
size_t racing_choose(const struct racing *racing, const size_t *order);

/*
 * How many times as long as `other` the cell took in the blocks that both ran
 * in: the median, with its interval.
 */
struct estimate racing_ratio(
	const struct racing *racing, size_t cell, size_t other);

#endif
