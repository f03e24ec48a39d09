/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From which value of a swept setting on a strategy loses: for example, from
 * how much work per item on an event loop takes longer than a pool of threads.
 *
 * A sweep is a set of cells that differ in one setting and in strategy and
 * concurrency only, where the setting has at least CROSSING_LEVELS_MIN values
 * that are numbers or times. The cell that is fastest at the largest value is
 * compared with each other one at every value. docs/METHOD.md has the rule.
 */
#ifndef HARNESS_ANALYSIS_CROSSING_H
#define HARNESS_ANALYSIS_CROSSING_H

#include "harness/base/stats.h"
#include "harness/runs/summary.h"

enum { CROSSING_LEVELS_MIN = 3 };

/* A cell loses to another if it takes longer by this share. */
#define CROSSING_MARGIN 0.05

enum crossing_kind {
	CROSSING_NOWHERE,    /* it does not lose at the largest value */
	CROSSING_FROM,       /* it loses from `at` on */
	CROSSING_EVERYWHERE, /* it loses from the smallest value on */
};

/* A cell of a sweep, compared with the winner. */
struct crossing {
	size_t sweep; /* from 1; rows of a sweep are together */
	const struct setting *setting;  /* the one that was swept */
	const char *unit;               /* of the values: "ms", or "" */
	double least, most;             /* the sweep's values */
	struct workload workload;       /* of the sweep, but for that setting */
	char winner[SUMMARY_LABEL_MAX]; /* the fastest at `most` */
	char label[SUMMARY_LABEL_MAX];  /* the cell */
	enum crossing_kind kind;
	/* The interval's ends may be infinite: it may lose nowhere. */
	struct estimate at;
};

struct crossings {
	size_t count;
	struct crossing *rows; /* count of them; owned */
};

/*
 * Finds the sweeps in the runs' trials, and compares their cells by the clock.
 * There may be none. The same runs give the same intervals. Returns 0, or -1
 * with *err as summary_create does. crossings_release in either case.
 */
int crossings_find(struct crossings *crossings, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err);

void crossings_release(struct crossings *crossings);

#endif
