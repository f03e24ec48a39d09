/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a run knows its medians so far, for one that goes on until then. */
#ifndef HARNESS_RACE_PRECISION_H
#define HARNESS_RACE_PRECISION_H

#include <stdint.h>

#include "harness/runs/summary.h"

struct precision {
	enum summary_clock clock; /* whose medians */
	double wanted;            /* width of an interval over its median */
	uint64_t blocks_min;      /* fewer are never enough */
	uint64_t blocks;          /* how many have been run */
	double reached;           /* the widest cell's; infinite: no interval */
	char widest[SUMMARY_LABEL_MAX]; /* that cell */
};

/*
 * Fills in `reached` and `widest` from the folder's trials.csv; the harness's
 * floor does not count. Returns 0, or -1 with *err.
 */
int precision_measure(
	struct precision *precision, const char *folder, struct fr_error *err);

#endif
