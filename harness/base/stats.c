/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Order statistics on top of GSL. The interval of the median is that of
 * W. J. Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2:
 * how many of n values lie below the true median is binomial(n, 1/2).
 */
#include "harness/base/stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

size_t stats_sort(double *values, size_t n)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isnan(values[i]))
			values[known++] = values[i];
	}
	gsl_sort(values, 1, known);
	return known;
}

size_t stats_unique(double *values, size_t n)
{
	size_t kept = 0;

	gsl_sort(values, 1, n);
	for (size_t i = 0; i < n; i++)
		if (!kept || values[kept - 1] < values[i])
			values[kept++] = values[i];
	return kept;
}

uint64_t stats_rank(uint64_t n, double p)
{
	double rank = ceil(p * (double)n);

	return rank < 1 ? 1 : (uint64_t)rank;
}

double stats_quantile(const double *sorted, size_t n, double p)
{
	if (!n)
		return NAN;
	return gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
}

/*
 * The rank of each end of the interval, counted from its end of the values:
 * the largest k for which P(at most k - 1 of n values below the median) is at
 * most (1 - STATS_CONFIDENCE) / 2. 0: there are too few values.
 */
static size_t trimmed(size_t n)
{
	const double tail = (1 - STATS_CONFIDENCE) / 2;
	size_t low = 0, high = n / 2;

	while (low < high) {
		size_t k = high - (high - low) / 2;

		if (gsl_cdf_binomial_P((unsigned)(k - 1), 0.5, (unsigned)n) <=
			tail)
			low = k;
		else
			high = k - 1;
	}
	return low;
}

struct estimate stats_median(double *values, size_t n)
{
	struct estimate median = {NAN, NAN, NAN};
	size_t k;

	n = stats_sort(values, n);
	median.value = stats_quantile(values, n, 0.5);
	k = trimmed(n);
	if (k) {
		median.low = values[k - 1];
		median.high = values[n - k];
	}
	return median;
}

struct estimate stats_trimmed_mean(double *values, size_t n)
{
	struct estimate mean = {NAN, NAN, NAN};
	size_t cut, kept;
	double half;

	n = stats_sort(values, n);
	cut = n < 5 ? 0 : n / 4;
	kept = n - 2 * cut;
	if (!n)
		return mean;
	mean.value = gsl_stats_mean(values + cut, 1, kept);
	if (n < 3)
		return mean;
	/* The variance is that of the values with those cut off moved in. */
	for (size_t i = 0; i < cut; i++) {
		values[i] = values[cut];
		values[n - 1 - i] = values[n - 1 - cut];
	}
	half = gsl_cdf_tdist_Pinv(
		       0.5 + STATS_CONFIDENCE / 2, (double)kept - 1) *
		sqrt((double)(n - 1) * gsl_stats_variance(values, 1, n) /
			(double)(kept * (kept - 1)));
	mean.low = mean.value - half;
	mean.high = mean.value + half;
	return mean;
}

struct estimate stats_paired_ratio(double *a, const double *b, size_t n)
{
	struct estimate ratio;

	for (size_t i = 0; i < n; i++)
		a[i] = a[i] > 0 && b[i] > 0 ? log(a[i]) - log(b[i]) : NAN;
	ratio = stats_median(a, n);
	ratio.value = exp(ratio.value);
	ratio.low = exp(ratio.low);
	ratio.high = exp(ratio.high);
	return ratio;
}
