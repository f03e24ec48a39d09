/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Universal Scalability Law (N. J. Gunther, Guerrilla Capacity Planning,
 * 2007, chapter 6): throughput at concurrency N is
 *
 *	lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 * with lambda that of one request at a time, sigma the share of contention
 * (what only one can do at a time) and kappa that of coherency (what each has
 * to do for each other one). Pure functions; any thread.
 */
#ifndef HARNESS_RUNS_USL_H
#define HARNESS_RUNS_USL_H

#include <stddef.h>

/* Any three points can be met exactly, so fewer than this prove nothing. */
#define USL_POINTS_MIN 4
/* A doubling of the concurrency pays while throughput gains at least this. */
#define USL_PAYS 0.10

struct usl {
	double lambda; /* as throughput; > 0 */
	double sigma;  /* >= 0 */
	double kappa;  /* >= 0 */
};

/*
 * Fits the law to throughput[i] > 0 at concurrency[i] >= 1, all of these
 * different, with the least squares of relative errors. Returns 0, -EINVAL
 * for fewer than two points or values out of range, or -ENOMEM.
 */
int usl_fit(struct usl *usl, const double *concurrency,
	const double *throughput, size_t count);

/*
 * For each of the points the fit to all others, in without[count]; as usl_fit.
 * The time it takes grows with the count, not with its square.
 */
int usl_fit_others(struct usl *without, const double *concurrency,
	const double *throughput, size_t count);

double usl_throughput(const struct usl *usl, double concurrency);

/*
 * The concurrency of the most throughput, sqrt((1 - sigma) / kappa), at least
 * 1: the knee. INFINITY when throughput rises for ever.
 */
double usl_knee(const struct usl *usl);

/*
 * The least whole concurrency whose doubling gains less than USL_PAYS;
 * INFINITY when that is beyond a billion.
 */
double usl_pays_until(const struct usl *usl);

#endif
