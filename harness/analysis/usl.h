/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Universal Scalability Law (N. J. Gunther, Guerrilla Capacity Planning,
 * 2007, chapter 6): throughput at concurrency N is
 *
 *	lambda N / (1 + sigma (N - 1) + kappa N (N - 1))
 *
 * where lambda is the throughput of one request at a time, sigma the share of
 * contention (work that only one request can do at a time), and kappa the share
 * of coherency (work that each request causes for each other request). Pure
 * functions; any thread.
 */
#ifndef HARNESS_ANALYSIS_USL_H
#define HARNESS_ANALYSIS_USL_H

#include <stddef.h>

/* A curve can fit any three points exactly, so three prove nothing. */
#define USL_POINTS_MIN 4
/* Doubling the concurrency pays if throughput gains at least this share. */
#define USL_PAYS 0.10

struct usl {
	double lambda; /* as throughput; > 0 */
	double sigma;  /* >= 0 */
	double kappa;  /* >= 0 */
};

/*
 * Fits the law to throughput[i] > 0 at concurrency[i] >= 1, which are all
 * different, by least squares of the relative errors. Returns 0, -EINVAL
 * for fewer than two points or values out of range, or -ENOMEM.
 */
int usl_fit(struct usl *usl, const double *concurrency,
	const double *throughput, size_t count);

/*
 * As usl_fit, for each point a fit to all other points, in without[count]. The
 * time grows linearly with the count.
 */
int usl_fit_others(struct usl *without, const double *concurrency,
	const double *throughput, size_t count);

double usl_throughput(const struct usl *usl, double concurrency);

/*
 * The knee, which is the concurrency of the greatest throughput:
 * sqrt((1 - sigma) / kappa), at least 1. INFINITY if throughput never falls.
 */
double usl_knee(const struct usl *usl);

/*
 * The least whole concurrency whose doubling gains less than USL_PAYS;
 * INFINITY when that is beyond a billion.
 */
double usl_pays_until(const struct usl *usl);

#endif
