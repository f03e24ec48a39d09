/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From blocks of measurements to verdicts. A block is base and head side by
 * side, twice each, in an order (ABBA or BAAB) in which a steady drift of the
 * machine falls on both alike. Which blocks are void was decided before, by
 * what the machine did, never by the figures. Pure functions; any thread.
 */
#ifndef HARNESS_GATE_CHECK_JUDGE_H
#define HARNESS_GATE_CHECK_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/gate/check.h"
#include "harness/gate/check_metrics.h"

/* The error allowed to all gated rows of a check together, over all looks. */
#define CHECK_ALPHA 0.05
/* Blocks after which the verdict is looked at; there is no other peeking. */
enum { CHECK_LOOKS = 3 };
extern const size_t check_looks[CHECK_LOOKS]; /* 8, 14, 20 */
/* A row of which a larger share of the blocks is void is not judged. */
#define CHECK_VOID_SHARE 0.25
/* So many voids, and no look can come to judge it. */
enum { CHECK_VOIDS_MAX = 7 };

/* Values of one metric in a block's four slots; NaN: it has none there. */
struct check_block {
	double base[2], head[2];
};

/* Why blocks were left out: the number for each cause. */
struct check_voids {
	size_t machine;     /* it was disturbed */
	size_t base, head;  /* a trial of that side was not valid */
	const char *reason; /* of the last one; NULL: none */
};

/* Everything measured for a row. All of it is the caller's. */
struct check_series {
	const char *scenario, *strategy;
	const struct check_metric *metric;
	enum check_role role;
	double margin;                    /* of a metric that is not exact */
	const struct check_block *blocks; /* n of them, none void */
	size_t n;                         /* <= CHECK_BLOCKS_MAX */
	struct check_voids voids;
};

/*
 * Judges report->count series of as many rows, in the same order, at a look.
 * The gated ones are one family. Sets each row, and what all come to.
 * Returns 0 or -ENOMEM.
 */
int check_judge(struct check_report *report, const struct check_series *series);

/* Whether another look could change the verdict of a gated row. */
bool check_undecided(const struct check_report *report);

/*
 * Holds the rows that regressed against the same rows of a second set of
 * blocks, judged for themselves: only where both agree they stay so. A row that
 * is missing there cannot be believed. Sets what all come to anew.
 */
void check_confirm(
	struct check_report *report, const struct check_report *second);

/* A verdict for all rows for a reason beyond figures: nothing can be judged. */
void check_refuse(struct check_report *report, const char *reason);

#endif
