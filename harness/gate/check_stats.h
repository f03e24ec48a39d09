/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics of a check: tests, intervals and corrections for a small
 * number of blocks. They assume only that, if base and head were equally fast,
 * either would be as likely to be the slower one in a block. Pure functions of
 * their arguments; any thread.
 */
#ifndef HARNESS_GATE_CHECK_STATS_H
#define HARNESS_GATE_CHECK_STATS_H

#include <stddef.h>

#include "harness/base/stats.h"

/* The most blocks a test can take. */
enum { CHECK_BLOCKS_MAX = 128 };

/*
 * Exact one-sided sign-flip test on signed ranks. Returns the probability that
 * the ranks of the differences above shift have at least so large a sum, if
 * each difference is as likely above shift as below. Ranked are the distances from
 * shift, each divided by its scale. Ties share their rank, and ranks above the
 * middle one count as the middle one. A difference equal to shift keeps its rank
 * but counts on neither side. d: n known values, n <= CHECK_BLOCKS_MAX. scale: n
 * values above zero, which must be the same if base and head change places; NULL:
 * all are 1. Returns 1 if n is 0.
 */
double check_p_above(
	const double *d, const double *scale, size_t n, double shift);

/* The same test in the other direction: below shift. */
double check_p_below(
	const double *d, const double *scale, size_t n, double shift);

/* Correlation of each value with the one before it; NaN if n < 3. */
double check_lag_one(const double *d, size_t n);

/*
 * The factor by which an interval of n blocks has to be widened because of
 * their correlation r1. It is 1 unless r1 is above 2 / sqrt(n), up to which
 * chance explains it.
 */
double check_widening(double r1, size_t n);

/* The p-value after its normal quantile is divided by the widening. */
double check_widen_p(double p, double widening);

/* The median of d and its interval (95 %, order statistics), widened. */
struct estimate check_median(const double *d, size_t n, double widening);

/*
 * A spread that is robust to outliers: 1.4826 x median |d - median|. With scales:
 * that of d / scale, times the harmonic mean of the scales.
 */
double check_spread(const double *d, const double *scale, size_t n);

/*
 * The least slow-down (0.08: 8 %) that n blocks of this spread detect 9 times
 * in 10 when they are tested against the margin at level alpha.
 */
double check_detectable(
	double spread, size_t n, double widening, double margin, double alpha);

/*
 * How many blocks of this spread it takes to show, 9 times in 10 at level alpha,
 * on which side of the margin the change is, if it is that far (a logarithm) from
 * the margin.
 */
double check_blocks_needed(
	double spread, double widening, double distance, double alpha);

/*
 * Holm's step-down adjustment of count p-values, which bounds the probability
 * that any of the tests errs; adjusted[i] belongs to p[i]. NaN is a test that
 * could not be made: it counts as one of the tests, and stays NaN.
 */
void check_holm(const double *p, double *adjusted, size_t count);

#endif
