/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No values are copied to resample them: the median of n values drawn with
 * replacement is one of the values (the mean of two, if n is even), and its
 * rank is that of the median of n uniform numbers, whose order statistics are
 * Beta distributed (David and Nagaraja, Order Statistics, section 2.1). A draw
 * costs the same for ten values and for a million.
 */
#include "harness/analysis/unpaired.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>

enum { DRAWS = 10000, LEAST = 6, SEED = 1 };

/* The value at a place from 0 to 1 among n values. */
static double value_at(const double *values, size_t n, double place)
{
	size_t i = (size_t)(place * (double)n);

	return values[i < n ? i : n - 1];
}

/* The median of n values drawn with replacement. */
static double draw_median(gsl_rng *random, const double *values, size_t n)
{
	double k = (double)(n / 2 + 1), upper, lower;

	/* The k-th smallest of n uniform numbers. */
	upper = gsl_ran_beta(random, k, (double)n + 1 - k);
	if (n % 2)
		return value_at(values, n, upper);
	/* The number before it is the greatest of the k - 1 below it. */
	lower = upper * gsl_ran_beta(random, k - 1, 1);
	return (value_at(values, n, lower) + value_at(values, n, upper)) / 2;
}

int unpaired_ratio(struct estimate *ratio, const double *new, size_t n,
	const double *base, size_t m)
{
	double *draws = malloc(DRAWS * sizeof(*draws));
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	int rc = draws && random ? 0 : -ENOMEM;

	*ratio = (struct estimate){NAN, NAN, NAN};
	if (!rc && n && m)
		ratio->value = stats_quantile(new, n, 0.5) /
			stats_quantile(base, m, 0.5);
	if (!isnan(ratio->value) && n >= LEAST && m >= LEAST) {
		gsl_rng_set(random, SEED);
		for (size_t i = 0; i < DRAWS; i++)
			draws[i] = draw_median(random, new, n) /
				draw_median(random, base, m);
		(void)stats_sort(draws, DRAWS);
		ratio->low = stats_quantile(
			draws, DRAWS, (1 - STATS_CONFIDENCE) / 2);
		ratio->high = stats_quantile(
			draws, DRAWS, (1 + STATS_CONFIDENCE) / 2);
	}
	gsl_rng_free(random);
	free(draws);
	return rc;
}
