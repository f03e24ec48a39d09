/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Medians with intervals that assume nothing about the distribution of
 * timings. NaN means unknown: functions leave NaNs out of their input and
 * return NaN where they have no answer. Pure functions; any thread.
 */
#ifndef HARNESS_BASE_STATS_H
#define HARNESS_BASE_STATS_H

#include <stddef.h>
#include <stdint.h>

/* The least probability with which an interval covers the true value. */
#define STATS_CONFIDENCE 0.95

/* A value and its interval; low and high are NaN if there is none. */
struct estimate {
	double value;
	double low, high;
};

/*
 * Sorts the values that are not NaN ascending at the front of the array.
 * Returns how many these are.
 */
size_t stats_sort(double *values, size_t n);

/*
 * Sorts the values, none of them NaN, ascending, and leaves each value once at
 * the front of the array. Returns how many these are.
 */
size_t stats_unique(double *values, size_t n);

/*
 * The rank, counted from 1, of the p-quantile (0..1) of n values themselves:
 * the least value that a share p of them does not exceed. n >= 1.
 */
uint64_t stats_rank(uint64_t n, double p);

/*
 * An estimate of the p-quantile (0..1) of the distribution from which the
 * sorted values were drawn. Interpolates linearly. NaN when n is 0.
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
 * The mean of values without the least and the greatest quarter of them (of
 * fewer than 5 values, all count), and its interval of STATS_CONFIDENCE, by
 * Student's t (K. K. Yuen, "The two-sample trimmed t for unequal population
 * variances", Biometrika 61, 1974). Needs fewer values than stats_median where
 * they are as good as normal but for some that were disturbed. Fewer than 3
 * values cannot give an interval. Sorts values, which stay the caller's.
 */
struct estimate stats_trimmed_mean(double *values, size_t n);

/*
 * The ratio a / b, where a[i] and b[i] were measured side by side: exp of the
 * median of ln a[i] - ln b[i], with the interval of that median. Leaves out
 * pairs with a NaN, a zero or a negative number. Overwrites a.
 */
struct estimate stats_paired_ratio(double *a, const double *b, size_t n);

#endif
