/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Judges blocks of measurements. A block has two trials of base and two of
 * head, in an order (ABBA or BAAB) in which a steady drift of the machine
 * affects both sides equally. Void blocks have been left out before, because
 * of the state of the machine or of failed trials, never because of a figure.
 * Pure functions; any thread.
 */
#ifndef HARNESS_GATE_CHECK_JUDGE_H
#define HARNESS_GATE_CHECK_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/gate/check.h"
#include "harness/gate/check_metrics.h"

/* The error rate of all gated rows of a check together, over all looks. */
#define CHECK_ALPHA 0.05
/* The numbers of blocks after which a check judges what it has. */
enum { CHECK_LOOKS = 3 };
extern const size_t check_looks[CHECK_LOOKS]; /* 8, 14, 20 */
/* A row with a larger share of void blocks is not judged. */
#define CHECK_VOID_SHARE 0.25
/* With so many void blocks, no look can judge the row any more. */
enum { CHECK_VOIDS_MAX = 7 };

/* The values of one metric in a block's four trials; NaN: unknown. */
struct check_block {
	double base[2], head[2];
};

/* Why blocks are void: how many for each cause. */
struct check_voids {
	size_t machine;     /* the machine was disturbed */
	size_t base, head;  /* a trial of that side was not valid */
	const char *reason; /* of the last void block; NULL: none */
};

/* The measurements of a row. The caller owns all of it. */
struct check_series {
	const char *scenario, *strategy;
	const struct check_metric *metric;
	enum check_role role;
	double margin;                    /* unless the metric is exact */
	const struct check_block *blocks; /* n blocks, none void */
	size_t n;                         /* <= CHECK_BLOCKS_MAX */
	struct check_voids voids;
};

/*
 * Judges report->count series at a look. The gated rows are one family of
 * tests. Sets row i from series i, and the overall verdict. Returns 0 or
 * -ENOMEM.
 */
int check_judge(struct check_report *report, const struct check_series *series);

/* Whether another look could change the verdict of a gated row. */
bool check_undecided(const struct check_report *report);

/*
 * Compares the rows that regressed with the same rows of a second set of
 * blocks. A row stays regressed only if the second set regressed, too; it is
 * invalid if the second set has no such row. Sets the overall verdict anew.
 */
void check_confirm(
	struct check_report *report, const struct check_report *second);

/* Makes all rows and the report invalid, for a reason other than figures. */
void check_refuse(struct check_report *report, const char *reason);

#endif
