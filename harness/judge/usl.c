/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * N / throughput is linear in 1 / lambda, sigma / lambda and kappa / lambda,
 * so the fit is one linear least squares: no starting values, nothing that can
 * fail to converge, and a measurement at N = 1 is not needed. Weights of
 * (throughput / N)^2 make the errors relative ones, as timings have them; the
 * usual form of this transformation, C(N) = X(N) / X(1) without weights, lets
 * the slowest points decide.
 *
 * Shares are not negative. With two of them the best fit under that condition
 * is the best of those in which none, either or both are held at zero.
 */
#include "harness/judge/usl.h"

#include <errno.h>
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdbool.h>

enum { TERMS = 3 }; /* 1, N - 1, N (N - 1) */
/* A term must lower the mean square of relative errors by this: rounding of
 * the last digit is no contention. */
static const double WORTH = 1e-12;

/* What a linear fit needs, for at most `count` points. */
struct problem {
	gsl_matrix *terms;
	gsl_vector *y, *weights, *solution;
	gsl_matrix *covariance;
	gsl_multifit_linear_workspace *work;
};

static int problem_init(struct problem *problem, size_t count, size_t terms)
{
	*problem = (struct problem){
		.terms = gsl_matrix_alloc(count, terms),
		.y = gsl_vector_alloc(count),
		.weights = gsl_vector_alloc(count),
		.solution = gsl_vector_alloc(terms),
		.covariance = gsl_matrix_alloc(terms, terms),
		.work = gsl_multifit_linear_alloc(count, terms),
	};
	return problem->terms && problem->y && problem->weights &&
			problem->solution && problem->covariance &&
			problem->work
		? 0
		: -ENOMEM;
}

static void problem_release(struct problem *problem)
{
	gsl_matrix_free(problem->terms);
	gsl_vector_free(problem->y);
	gsl_vector_free(problem->weights);
	gsl_vector_free(problem->solution);
	gsl_matrix_free(problem->covariance);
	gsl_multifit_linear_free(problem->work);
}

static double term(size_t i, double n)
{
	return i == 0 ? 1 : i == 1 ? n - 1 : n * (n - 1);
}

/*
 * Solves with the terms in `used` (a bit for each, the first always): factors
 * of those that are not stay 0. *error is the sum of squares.
 */
static int solve(unsigned used, const double *n, const double *x, size_t count,
	double factors[TERMS], double *error)
{
	size_t columns = (size_t)__builtin_popcount(used), c = 0;
	struct problem problem;
	int rc = problem_init(&problem, count, columns);

	if (rc)
		goto out;
	for (size_t i = 0; i < count; i++) {
		c = 0;
		for (size_t t = 0; t < TERMS; t++) {
			if (used & 1u << t)
				gsl_matrix_set(
					problem.terms, i, c++, term(t, n[i]));
		}
		gsl_vector_set(problem.y, i, n[i] / x[i]);
		gsl_vector_set(problem.weights, i, x[i] / n[i] * (x[i] / n[i]));
	}
	if (gsl_multifit_wlinear(problem.terms, problem.weights, problem.y,
		    problem.solution, problem.covariance, error, problem.work))
		rc = -EINVAL;
	c = 0;
	for (size_t t = 0; t < TERMS && !rc; t++)
		factors[t] = used & 1u << t
			? gsl_vector_get(problem.solution, c++)
			: 0;
out:
	problem_release(&problem);
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

int usl_fit(struct usl *usl, const double *concurrency,
	const double *throughput, size_t count)
{
	static const unsigned choices[] = {1, 3, 5, 7};
	double least = INFINITY;

	if (count < 2 || !in_range(concurrency, throughput, count))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		double f[TERMS], error;
		int rc;

		if ((size_t)__builtin_popcount(choices[i]) > count)
			continue;
		rc = solve(
			choices[i], concurrency, throughput, count, f, &error);
		if (rc)
			return rc;
		if (!(f[0] > 0 && f[1] >= 0 && f[2] >= 0) ||
			error + WORTH * (double)count >= least)
			continue;
		least = error;
		*usl = (struct usl){1 / f[0], f[1] / f[0], f[2] / f[0]};
	}
	return isfinite(least) ? 0 : -EINVAL;
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

/* Whether going from n to 2 n gains enough. */
static bool pays(const struct usl *usl, double n)
{
	return usl_throughput(usl, 2 * n) >=
		(1 + USL_PAYS) * usl_throughput(usl, n);
}

/* The gain falls with n: both sigma and kappa only ever take more of it. */
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
