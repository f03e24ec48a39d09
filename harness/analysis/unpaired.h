/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ratio of two medians of figures that were not measured side by side. */
#ifndef HARNESS_ANALYSIS_UNPAIRED_H
#define HARNESS_ANALYSIS_UNPAIRED_H

#include <stddef.h>

#include "harness/base/stats.h"

/*
 * The ratio of the median of new to that of base, with its percentile bootstrap
 * interval: each side is resampled separately, 10,000 times from a fixed seed,
 * so that the same figures always give the same interval. Both arrays are
 * ascending and positive. With fewer than 6 values on a side there is no
 * interval; with none, the ratio is NaN. Returns 0 or -ENOMEM. Pure; any
 * thread.
 */
int unpaired_ratio(struct estimate *ratio, const double *new, size_t n,
	const double *base, size_t m);

#endif
