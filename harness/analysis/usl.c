/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * N / throughput is linear in 1 / lambda, sigma / lambda and kappa / lambda,
 * so the fit is one linear least squares problem: it needs no starting values,
 * it cannot fail to converge, and no measurement at N = 1 is needed. Weights of
 * (throughput / N)^2 make the errors relative, as the errors of timings are.
 * In the usual form of this transformation, C(N) = X(N) / X(1) without weights,
 * the slowest points dominate.
 *
 * Shares are not negative. With two shares, the best fit under that condition
 * is the best of the fits in which neither, one or both are held at zero.
 */
#include "harness/analysis/usl.h"

#include <errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	TERMS = 3, /* 1, N - 1, N (N - 1) */
	MANY = 64, /* points; with fewer, sums are no faster */
};
/* A term must lower the mean square of the relative errors by this much, so
 * that rounding errors are not taken for contention. */
static const double WORTH = 1e-12;

static double term(size_t i, double n)
{
	return i == 0 ? 1 : i == 1 ? n - 1 : n * (n - 1);
}

/*
 * Solves with the terms in `used`, which has a bit for each term, always with
 * the first. The factors of the other terms are 0. *error is the sum of squares.
 */
static int solve(unsigned used, const double *n, const double *x, size_t count,
	double factors[TERMS], double *error)
{
	size_t columns = (size_t)__builtin_popcount(used), c = 0;
	double solution[TERMS], covariance[TERMS * TERMS];
	double *memory = calloc(count * (columns + 2), sizeof(*memory));
	gsl_multifit_linear_workspace *work =
		gsl_multifit_linear_alloc(count, columns);
	gsl_matrix_view terms, spread;
	gsl_vector_view y, weights, best;
	int rc = memory && work ? 0 : -ENOMEM;

	if (rc)
		goto out;
	terms = gsl_matrix_view_array(memory, count, columns);
	y = gsl_vector_view_array(memory + count * columns, count);
	weights = gsl_vector_view_array(memory + count * (columns + 1), count);
	best = gsl_vector_view_array(solution, columns);
	spread = gsl_matrix_view_array(covariance, columns, columns);
	for (size_t i = 0; i < count; i++) {
		c = 0;
		for (size_t t = 0; t < TERMS; t++) {
			if (used & 1u << t)
				gsl_matrix_set(
					&terms.matrix, i, c++, term(t, n[i]));
		}
		gsl_vector_set(&y.vector, i, n[i] / x[i]);
		gsl_vector_set(&weights.vector, i, x[i] / n[i] * (x[i] / n[i]));
	}
	if (gsl_multifit_wlinear(&terms.matrix, &weights.vector, &y.vector,
		    &best.vector, &spread.matrix, error, work))
		rc = -EINVAL;
	c = 0;
	for (size_t t = 0; t < TERMS && !rc; t++)
		factors[t] = used & 1u << t ? solution[c++] : 0;
out:
	gsl_multifit_linear_free(work);
	free(memory);
	return rc;
}

static bool in_range(const double *n, const double *x, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!(n[i] >= 1 && isfinite(n[i]) && x[i] > 0 &&
			    isfinite(x[i])))
			return false;
	}
	return true;
}

/* Which terms a fit may have; each is tried. */
static const unsigned choices[] = {1, 3, 5, 7};
#define CHOICES (sizeof(choices) / sizeof(choices[0]))

/*
 * Takes the factors of one choice if they make a law that fits better than the
 * best one so far, whose sum of squares over `count` points is *least.
 */
static void consider(struct usl *usl, const double f[TERMS], double error,
	size_t count, double *least)
{
	if (!(f[0] > 0 && f[1] >= 0 && f[2] >= 0) ||
		error + WORTH * (double)count >= *least)
		return;
	*least = error;
	*usl = (struct usl){1 / f[0], f[1] / f[0], f[2] / f[0]};
}

int usl_fit(struct usl *usl, const double *concurrency,
	const double *throughput, size_t count)
{
	double least = INFINITY;

	if (count < 2 || !in_range(concurrency, throughput, count))
		return -EINVAL;
	for (size_t i = 0; i < CHOICES; i++) {
		double f[TERMS], error;
		int rc;

		if ((size_t)__builtin_popcount(choices[i]) > count)
			continue;
		rc = solve(
			choices[i], concurrency, throughput, count, f, &error);
		if (rc)
			return rc;
		consider(usl, f, error, count, &least);
	}
	return isfinite(least) ? 0 : -EINVAL;
}

/*
 * The normal equations of all terms. With many points no single point
 * dominates, so they are conditioned well enough, and a point can be removed.
 */
struct sums {
	double xx[TERMS][TERMS], xy[TERMS];
	double count;
};

/* Adds a point, or with a sign of -1 removes it. */
static void sums_add(struct sums *sums, double n, double x, double sign)
{
	for (size_t i = 0; i < TERMS; i++) {
		/* With the weights, the left side of each equation is 1. */
		double a = term(i, n) * x / n;

		for (size_t j = 0; j < TERMS; j++)
			sums->xx[i][j] += sign * a * term(j, n) * x / n;
		sums->xy[i] += sign * a;
	}
	sums->count += sign;
}

/* As solve, from the sums. Returns 0, or -EINVAL if they are singular. */
static int sums_solve(const struct sums *sums, unsigned used,
	double factors[TERMS], double *error)
{
	double matrix[TERMS * TERMS], right[TERMS];
	size_t at[TERMS] = {0}, m = 0;
	gsl_matrix_view a;
	gsl_vector_view b;

	for (size_t t = 0; t < TERMS; t++) {
		factors[t] = 0;
		if (used & 1u << t)
			at[m++] = t;
	}
	/* Scaled so that the diagonal is 1. */
	for (size_t i = 0; i < m; i++) {
		double scale = sqrt(sums->xx[at[i]][at[i]]);

		right[i] = sums->xy[at[i]] / scale;
		for (size_t j = 0; j < m; j++)
			matrix[i * m + j] = sums->xx[at[i]][at[j]] / scale /
				sqrt(sums->xx[at[j]][at[j]]);
	}
	a = gsl_matrix_view_array(matrix, m, m);
	b = gsl_vector_view_array(right, m);
	if (gsl_linalg_cholesky_decomp1(&a.matrix) ||
		gsl_linalg_cholesky_svx(&a.matrix, &b.vector))
		return -EINVAL;
	*error = sums->count;
	for (size_t i = 0; i < m; i++) {
		factors[at[i]] = right[i] / sqrt(sums->xx[at[i]][at[i]]);
		*error -= factors[at[i]] * sums->xy[at[i]];
	}
	return 0;
}

static int fit_others_of_many(struct usl *without, const double *concurrency,
	const double *throughput, size_t count)
{
	struct sums all = {.count = 0};

	for (size_t i = 0; i < count; i++)
		sums_add(&all, concurrency[i], throughput[i], 1);
	for (size_t i = 0; i < count; i++) {
		struct sums sums = all;
		double least = INFINITY;

		sums_add(&sums, concurrency[i], throughput[i], -1);
		for (size_t c = 0; c < CHOICES; c++) {
			double f[TERMS], error;

			if (sums_solve(&sums, choices[c], f, &error) == 0)
				consider(&without[i], f, error, count - 1,
					&least);
		}
		if (!isfinite(least))
			return -EINVAL;
	}
	return 0;
}

int usl_fit_others(struct usl *without, const double *concurrency,
	const double *throughput, size_t count)
{
	double *n, *x;
	int rc = 0;

	if (count < 3 || !in_range(concurrency, throughput, count))
		return -EINVAL;
	if (count >= MANY)
		return fit_others_of_many(
			without, concurrency, throughput, count);
	n = calloc(2 * count, sizeof(*n));
	if (!n)
		return -ENOMEM;
	x = n + count;
	/* In each round, point i is not among the first count - 1. */
	for (size_t i = 0; i < count; i++) {
		n[i] = concurrency[i];
		x[i] = throughput[i];
	}
	for (size_t i = count; i-- > 0 && !rc;) {
		n[i] = concurrency[count - 1];
		x[i] = throughput[count - 1];
		rc = usl_fit(&without[i], n, x, count - 1);
		n[i] = concurrency[i];
		x[i] = throughput[i];
	}
	free(n);
	return rc;
}

double usl_throughput(const struct usl *usl, double n)
{
	return usl->lambda * n /
		(1 + usl->sigma * (n - 1) + usl->kappa * n * (n - 1));
}

double usl_knee(const struct usl *usl)
{
	if (usl->sigma >= 1)
		return 1;
	return fmax(1, sqrt((1 - usl->sigma) / usl->kappa));
}

/* Whether throughput gains enough from n to 2 n. */
static bool pays(const struct usl *usl, double n)
{
	return usl_throughput(usl, 2 * n) >=
		(1 + USL_PAYS) * usl_throughput(usl, n);
}

/* The gain falls as n grows, so bisection finds the answer. */
double usl_pays_until(const struct usl *usl)
{
	double low = 0, high = 1e9;

	if (pays(usl, high))
		return INFINITY;
	while (high - low > 1) {
		double n = floor((low + high) / 2);

		if (pays(usl, n))
			low = n;
		else
			high = n;
	}
	return high;
}
