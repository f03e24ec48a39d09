/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the blocks of a row say, before anybody judges. Pure; any thread. */
#ifndef HARNESS_GATE_CHECK_EVIDENCE_H
#define HARNESS_GATE_CHECK_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/gate/check.h"
#include "harness/gate/check_judge.h"
#include "harness/gate/check_stats.h"

/* The statistics of a row's blocks, from which its verdict follows. */
struct check_evidence {
	double change[CHECK_BLOCKS_MAX]; /* head - base of each block */
	double scale[CHECK_BLOCKS_MAX];  /* how much its trials differ */
	size_t n;
	bool base_seen, head_seen;     /* some trial has a value */
	bool base_steady, head_steady; /* all trials have the same value */
	double p_slower, p_faster;     /* by more than the margin */
	double p_within;               /* slower by less than the margin */
	double widening;
};

/*
 * Computes the evidence of a series, and sets what a row shows of it: all but
 * the verdict, its reason, mde and p_holm.
 */
void check_evidence_weigh(struct check_evidence *e,
	const struct check_series *series, struct check_row *row);

#endif
