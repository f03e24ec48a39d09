/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts of values, in memory that does not grow with the number of values:
 * 1024 buckets for each power of two, as in Gil Tene's HdrHistogram, which
 * Debian does not have. Values below 2048 are kept exactly; a quantile of
 * greater values has a relative error of at most HISTOGRAM_ERROR. Least, most,
 * count and mean are exact. A histogram belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_HISTOGRAM_H
#define HARNESS_RUNS_HISTOGRAM_H

#include <stdint.h>

enum {
	HISTOGRAM_BITS = 10, /* log2 of the buckets of an octave */
	HISTOGRAM_OCTAVES = 64 - HISTOGRAM_BITS,
};

/* Half a bucket's width over its low end. */
#define HISTOGRAM_ERROR (1.0 / (2 << HISTOGRAM_BITS))

/* All members are private; a histogram of zeros is empty. */
struct histogram {
	uint64_t count, least, most;
	double sum;
	uint64_t *octaves[HISTOGRAM_OCTAVES]; /* owned; NULL: no value yet */
};

/* Returns 0, or -ENOMEM with the histogram unchanged. */
int histogram_add(struct histogram *histogram, uint64_t value);

/*
 * The least value that a share of p (0..1) of all values does not exceed, to
 * within HISTOGRAM_ERROR; exact for p = 0 and 1. NaN when there are no values.
 */
double histogram_quantile(const struct histogram *histogram, double p);

/* NaN when there are no values. */
double histogram_mean(const struct histogram *histogram);

/* The histogram may be used again, empty. */
void histogram_release(struct histogram *histogram);

#endif
