/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A curve over the time of a trial. The time is divided into PLOTS_BINS bins,
 * and a bin has the mean over its part of the time: so it takes the same memory
 * however many items there are.
 */
#ifndef HARNESS_PLOT_PLOTS_BINS_H
#define HARNESS_PLOT_PLOTS_BINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/plot/plots_rows.h"

/* Zeroed at first. */
struct bins {
	bool known;
	double part[PLOTS_BINS];      /* of what begins or ends in the bin */
	double steps[PLOTS_BINS + 1]; /* sum to what fills the bin */
};

/*
 * Adds `height` to the curve from begin_ns to end_ns of a trial of span_ns.
 * Nothing happens if one of these is unknown, or if they are in disorder.
 */
void bins_enter(struct bins *bins, double span_ns, uint64_t begin_ns,
	uint64_t end_ns, double height);

/*
 * The mean of a bin. To be called for each bin in turn, with *filling 0 at
 * first.
 */
double bins_mean(const struct bins *bins, size_t bin, double *filling);

#endif
