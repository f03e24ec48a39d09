/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Medians with intervals that assume nothing about how timings are
 * distributed. NaN means unknown everywhere: it is left out of what goes in,
 * and is the answer where none can be given. Pure functions of their
 * arguments; any thread.
 */
#ifndef HARNESS_JUDGE_STATS_H
#define HARNESS_JUDGE_STATS_H

#include <stddef.h>
#include <stdint.h>

/* How sure an interval is, at least. */
#define STATS_CONFIDENCE 0.95

/* A value and the interval around it; low and high are NaN without one. */
struct estimate {
	double value;
	double low, high;
};

/*
 * Sorts values ascending with its NaNs out of the way; returns how many are
 * left, at the front.
 */
size_t stats_sort(double *values, size_t n);

/*
 * Which of n values in ascending order, from 1, is the p-quantile of what was
 * seen: the least that a share of p (0..1) of them does not exceed. n >= 1.
 */
uint64_t stats_rank(uint64_t n, double p);

/*
 * An estimate of what the values are a sample of: the p-quantile (0..1) of
 * sorted values, between neighbours by linear
 * interpolation; NaN when n is 0.
 */
double stats_quantile(const double *sorted, size_t n, double p);

/*
 * The median of values and its interval: two of the values themselves, chosen
 * so that the true median lies between them with at least STATS_CONFIDENCE,
 * whatever the distribution (the ranks are binomial). Fewer than 6 values
 * cannot give one. Sorts values, which stay the caller's.
 */
struct estimate stats_median(double *values, size_t n);

/*
 * How many times as large as b a is, when a[i] and b[i] were measured side by
 * side: e to the power of the median of ln a[i] - ln b[i], with the interval
 * of that median. Pairs with a NaN, a zero or a negative number are left out.
 * Overwrites a.
 */
struct estimate stats_paired_ratio(double *a, const double *b, size_t n);

#endif
