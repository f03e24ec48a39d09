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
enum {
	CHECK_FIRST_LOOK = 8, /* the number of blocks at the first look */
	CHECK_LAST_LOOK = 93, /* at the last one, unless the user says so */
};
/* A row with a larger share of blocks whose trials failed is not judged. */
#define CHECK_VOID_SHARE 0.25

/* A look at `now` blocks; spending_next_look has made the numbers. */
struct check_look {
	size_t before; /* at the look before; 0: this is the first one */
	size_t now;
	size_t last; /* at the last look */
};

/* The values of one metric in a block's four trials; NaN: unknown. */
struct check_block {
	double base[2], head[2];
};

/* Why blocks are void: how many for each cause. */
struct check_voids {
	size_t disturbed;   /* other programs disturbed valid trials */
	size_t machine;     /* a trial was not valid, by the machine's fault */
	size_t base, head;  /* a trial of that side was not valid */
	const char *reason; /* of the last void block; NULL: none */
	/* Blocks that are judged although the machine was disturbed. */
	size_t busy;
	const char *busy_reason; /* of the last of them; NULL: none */
};

/*
 * Whether the last of `run` blocks, which the machine disturbed, may be left out.
 * Two may in any case. More may up to a quarter of the blocks, unless so many were
 * disturbed that the machine is busy all the time: then the blocks are judged as
 * they are.
 */
bool check_may_leave_out(const struct check_voids *voids, size_t run);

/*
 * Whether so many void blocks with failed trials, beside n judged ones, leave no
 * hope that a look can judge the row.
 */
bool check_is_hopeless(size_t failed, size_t n);

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
 * tests. Sets row i from series i, unless an earlier look has settled the row,
 * and the overall verdict. Looks come in the order of their blocks, each with
 * the same report. Returns 0 or -ENOMEM.
 */
int check_judge(struct check_report *report, const struct check_series *series,
	const struct check_look *look);

/*
 * Whether another look could change the verdict of the row, if it is gated. A row
 * is given up if more than twice the blocks of the last look would be needed.
 */
bool check_row_undecided(const struct check_row *row);

/* Whether that holds for any row. */
bool check_undecided(const struct check_report *report);

#endif
