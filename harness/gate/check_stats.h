/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics of a check: what one block says, and how sure a handful of
 * blocks can be. Nothing is assumed of how timings are distributed but that,
 * were base and head alike, either could have been the slower. Pure functions
 * of their arguments; any thread.
 */
#ifndef HARNESS_GATE_CHECK_STATS_H
#define HARNESS_GATE_CHECK_STATS_H

#include <stddef.h>

#include "harness/judge/stats.h"

/* The most blocks a test takes; a check stops far below. */
enum { CHECK_BLOCKS_MAX = 32 };

/*
 * Exact one-sided sign-flip test on signed ranks: how probable so large a sum
 * of the ranks of the differences above shift is, if each were as likely above
 * as below. Ties share their ranks; those beyond the middle rank count as it. A difference equal to shift keeps its rank
 * and takes no side. d: n known values, n <= CHECK_BLOCKS_MAX. 1 without any.
 */
double check_p_above(const double *d, size_t n, double shift);

/* The mirror: that the differences lie below shift. */
double check_p_below(const double *d, size_t n, double shift);

/* Correlation of each value with the one before it; NaN below 3 values. */
double check_lag_one(const double *d, size_t n);

/*
 * By how much n blocks that follow each other so closely (r1) look surer than
 * they are: >= 1, and 1 unless r1 is above 2 / sqrt(n), where chance ends.
 */
double check_widening(double r1, size_t n);

/* A p-value with its distance from the middle divided by the widening. */
double check_widen_p(double p, double widening);

/* The median of d and its interval (95 %, order statistics), widened. */
struct estimate check_median(const double *d, size_t n, double widening);

/* Spread of d that outliers do not move: 1.4826 x median |d - median|. */
double check_spread(const double *d, size_t n);

/*
 * The least slow-down (0.08: 8 %) that n blocks of this spread find 9 times in
 * 10 when tested at level alpha against the margin.
 */
double check_detectable(
	double spread, size_t n, double widening, double margin, double alpha);

/*
 * Holm's step-down adjustment of count p-values, for tests that must not err
 * even once together: adjusted[i] belongs to p[i]. A NaN is a test that was
 * meant and could not be made: it counts, and stays NaN.
 */
void check_holm(const double *p, double *adjusted, size_t count);

#endif
