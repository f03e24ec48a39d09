/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ratio of two medians of figures that were not measured side by side. */
#ifndef HARNESS_RUNS_UNPAIRED_H
#define HARNESS_RUNS_UNPAIRED_H

#include <stddef.h>

#include "harness/judge/stats.h"

/*
 * How many times as large as base's the median of new is, with the percentile
 * bootstrap interval of that ratio: both sides are drawn anew, each for
 * itself, 10,000 times from a fixed seed, so that the same figures always give
 * the same interval. Both are ascending and positive. Fewer than 6 values on a
 * side cannot give an interval, none give NaN. Returns 0 or -ENOMEM. Pure; any
 * thread.
 */
int unpaired_ratio(struct estimate *ratio, const double *new, size_t n,
	const double *base, size_t m);

#endif
