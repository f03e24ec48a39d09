/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "peers.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64, RESAMPLES = 317 };

static double mean(const double *values, size_t n)
{
	return gsl_stats_mean(values, 1, n);
}

static double median(const double *values, size_t n)
{
	double copy[MOST];

	memcpy(copy, values, n * sizeof(*values));
	return gsl_stats_median(copy, 1, n);
}

/* Two-sided, by the normal approximation, which 40 values a side allow. */
static double p_of_u(const double *base, const double *head, size_t n)
{
	double u = 0, half = (double)(n * n) / 2;
	double sd = sqrt((double)(n * n * (2 * n + 1)) / 12);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			u += head[i] > base[j]       ? 1
				: head[i] == base[j] ? 0.5
						     : 0;
	return 2 * gsl_cdf_ugaussian_Q((fabs(u - half) - 0.5) / sd);
}

bool peer_benchstat(const double *base, const double *head, size_t n)
{
	return median(head, n) > median(base, n) &&
		p_of_u(base, head, n) < 0.05;
}

bool peer_google(const double *base, const double *head, size_t n)
{
	return mean(head, n) > 1.05 * mean(base, n) &&
		p_of_u(base, head, n) < 0.05;
}

/* t of equally many values a side: Welch's and Student's are the same. */
static double t_of(const double *base, const double *head, size_t n)
{
	double error = sqrt((gsl_stats_variance(base, 1, n) +
				    gsl_stats_variance(head, 1, n)) /
		(double)n);

	return (mean(head, n) - mean(base, n)) / error;
}

static double resampled_mean(gsl_rng *random, const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[gsl_rng_uniform_int(random, n)];
	return sum / (double)n;
}

/*
 * The distribution of t is taken from theory here, where criterion draws it
 * 100,000 times; the interval is drawn, of as many resamples of head as the
 * nested bootstrap really has.
 */
bool peer_criterion(const double *base, const double *head, size_t n)
{
	double ratios[RESAMPLES];
	gsl_rng *random;

	if (gsl_cdf_tdist_Q(t_of(base, head, n), 2 * (double)n - 2) > 0.025)
		return false;
	random = gsl_rng_alloc(gsl_rng_taus2);
	if (!random)
		abort();
	for (size_t i = 0; i < RESAMPLES; i++)
		ratios[i] = resampled_mean(random, head, n) /
			resampled_mean(random, base, n);
	gsl_rng_free(random);
	gsl_sort(ratios, 1, RESAMPLES);
	return gsl_stats_quantile_from_sorted_data(
		       ratios, 1, RESAMPLES, 0.025) > 1.01;
}

bool peer_pyperf(const double *base, const double *head, size_t n)
{
	return gsl_cdf_tdist_Q(t_of(base, head, n), 2 * (double)n - 2) < 0.025;
}

bool peer_hyperfine(const double *base, const double *head, size_t n)
{
	double ratio = mean(head, n) / mean(base, n);
	double spread = hypot(gsl_stats_sd(base, 1, n) / mean(base, n),
		gsl_stats_sd(head, 1, n) / mean(head, n));

	return ratio - ratio * spread > 1;
}

bool peer_action(const double *base, const double *head, size_t n)
{
	return mean(head, n) > 2 * mean(base, n);
}

static void differences(
	double *d, const double *base, const double *head, size_t n)
{
	for (size_t i = 0; i < n; i++)
		d[i] = head[i] - base[i];
}

static double z_of(const double *d, size_t n)
{
	return mean(d, n) / (gsl_stats_sd(d, 1, n) / sqrt((double)n));
}

bool peer_tango(const double *base, const double *head, size_t n)
{
	double d[MOST] = {0};

	differences(d, base, head, n);
	return z_of(d, n) >= 2.6 && mean(d, n) > 0.01 * mean(base, n);
}

/* Keeps the differences within the fences, and their base. */
static size_t fence(double *d, double *base, size_t n)
{
	double sorted[MOST], low, high;
	size_t kept = 0;

	memcpy(sorted, d, n * sizeof(*d));
	gsl_sort(sorted, 1, n);
	low = sorted[n / 4];
	high = sorted[n * 3 / 4];
	low -= 1.5 * (sorted[n * 3 / 4] - sorted[n / 4]);
	high += 1.5 * (sorted[n * 3 / 4] - sorted[n / 4]);
	for (size_t i = 0; i < n; i++)
		if (d[i] >= low && d[i] <= high) {
			base[kept] = base[i];
			d[kept++] = d[i];
		}
	return kept;
}

/* It draws 10,000 resamples; fewer make its interval a little less exact. */
bool peer_zenbench(const double *base, const double *head, size_t n)
{
	double d[MOST] = {0}, kept_base[MOST], means[RESAMPLES];
	gsl_rng *random = gsl_rng_alloc(gsl_rng_taus2);

	if (!random)
		abort();
	differences(d, base, head, n);
	memcpy(kept_base, base, n * sizeof(*base));
	n = fence(d, kept_base, n);
	for (size_t i = 0; i < RESAMPLES; i++)
		means[i] = resampled_mean(random, d, n);
	gsl_rng_free(random);
	gsl_sort(means, 1, RESAMPLES);
	return gsl_stats_quantile_from_sorted_data(means, 1, RESAMPLES, 0.025) >
		0.01 * mean(kept_base, n);
}

bool peer_perfgate(const double *base, const double *head, size_t n)
{
	double d[MOST] = {0};

	differences(d, base, head, n);
	return mean(d, n) > 0.05 * median(base, n) && z_of(d, n) > 1.96;
}
