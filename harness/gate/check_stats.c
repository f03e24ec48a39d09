/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sign-flip test is exact: adding one rank after the other computes the
 * distribution of the rank sum over all 2^n choices of signs, so ties need no
 * approximation (E. L. Lehmann, Nonparametrics, 1975, chapter 3). Holm: S.
 * Holm, Scandinavian Journal of Statistics 6, 1979.
 */
#include "harness/gate/check_stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/* The probability of detecting a slow-down of the detectable size. */
static const double POWER = 0.9;
/* Efficiency of capped signed ranks relative to the mean, for normal noise. */
static const double RANK_EFFICIENCY = 0.83;

/* How far the block is from shift, in units of its own scale. */
static double distance(
	const double *d, const double *scale, double shift, size_t i)
{
	return fabs(d[i] - shift) / (scale ? scale[i] : 1);
}

/*
 * Twice the rank of the distance of d[i], which is a whole number even for ties.
 * The rank is capped at the middle one, because otherwise a block with an outlier
 * would have the greatest weight.
 */
static size_t twice_rank(
	const double *d, const double *scale, size_t n, double shift, size_t i)
{
	double size = distance(d, scale, shift, i);
	size_t twice = 1;

	for (size_t j = 0; j < n; j++) {
		double other = distance(d, scale, shift, j);

		twice += other < size ? 2 : 0;
		twice += other == size ? 1 : 0;
	}
	return twice < n + 1 ? twice : n + 1;
}

/* sign is 1 for above shift, -1 for below. */
static double p_beyond(const double *d, const double *scale, size_t n,
	double shift, double sign)
{
	enum { SUMS = CHECK_BLOCKS_MAX * (CHECK_BLOCKS_MAX + 1) + 1 };
	double chance[SUMS];
	size_t top = 0, sum = 0;
	double p = 0;

	chance[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t rank = twice_rank(d, scale, n, shift, i);
		double side = sign * (d[i] - shift);

		if (side == 0)
			continue;
		if (side > 0)
			sum += rank;
		for (size_t s = top + 1; s <= top + rank; s++)
			chance[s] = 0;
		top += rank;
		for (size_t s = top + 1; s-- > 0;)
			chance[s] = 0.5 *
				(chance[s] +
					(s >= rank ? chance[s - rank] : 0));
	}
	for (size_t s = sum; s <= top; s++)
		p += chance[s];
	return p < 1 ? p : 1;
}

double check_p_above(
	const double *d, const double *scale, size_t n, double shift)
{
	return p_beyond(d, scale, n, shift, 1);
}

double check_p_below(
	const double *d, const double *scale, size_t n, double shift)
{
	return p_beyond(d, scale, n, shift, -1);
}

double check_lag_one(const double *d, size_t n)
{
	double r1;

	if (n < 3)
		return NAN;
	r1 = gsl_stats_lag1_autocorrelation(d, 1, n);
	return isfinite(r1) ? r1 : 0;
}

double check_widening(double r1, size_t n)
{
	/* Keeps the factor finite for perfectly correlated blocks. */
	const double most = 0.9;

	if (!(r1 > 2 / sqrt((double)n)))
		return 1;
	r1 = r1 < most ? r1 : most;
	return sqrt((1 + r1) / (1 - r1));
}

double check_widen_p(double p, double widening)
{
	if (widening <= 1 || p >= 0.5 || p <= 0)
		return p;
	return gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(p) / widening);
}

struct estimate check_median(const double *d, size_t n, double widening)
{
	double copy[CHECK_BLOCKS_MAX];
	struct estimate median;

	memcpy(copy, d, n * sizeof(*d));
	median = stats_median(copy, n);
	median.low = median.value - widening * (median.value - median.low);
	median.high = median.value + widening * (median.high - median.value);
	return median;
}

double check_spread(const double *d, const double *scale, size_t n)
{
	double copy[CHECK_BLOCKS_MAX];
	double middle, weights = 0;

	if (n < 2)
		return NAN;
	memcpy(copy, d, n * sizeof(*d));
	middle = stats_median(copy, n).value;
	for (size_t i = 0; i < n; i++) {
		copy[i] = distance(d, scale, middle, i);
		weights += scale ? 1 / scale[i] : 1;
	}
	return 1.4826 * stats_median(copy, n).value * (double)n / weights;
}

double check_detectable(
	double spread, size_t n, double widening, double margin, double alpha)
{
	double z =
		gsl_cdf_ugaussian_Qinv(alpha) + gsl_cdf_ugaussian_Pinv(POWER);
	double error = spread * widening / sqrt(RANK_EFFICIENCY * (double)n);

	return (1 + margin) * exp(z * error) - 1;
}

double check_blocks_needed(
	double spread, double widening, double distance, double alpha)
{
	double z =
		gsl_cdf_ugaussian_Qinv(alpha) + gsl_cdf_ugaussian_Pinv(POWER);

	return pow(z * spread * widening / distance, 2) / RANK_EFFICIENCY;
}

/* The number of p-values before p[i] in ascending order. */
static size_t rank_of(const double *p, size_t count, size_t i)
{
	size_t before = 0;

	for (size_t j = 0; j < count; j++)
		before += p[j] < p[i] || (j < i && p[j] == p[i]);
	return before;
}

void check_holm(const double *p, double *adjusted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double highest = 0;

		for (size_t j = 0; j < count; j++) {
			double scaled;

			if (!(p[j] <= p[i]))
				continue;
			scaled = p[j] * (double)(count - rank_of(p, count, j));
			highest = scaled > highest ? scaled : highest;
		}
		adjusted[i] = isnan(p[i]) ? NAN : highest < 1 ? highest : 1;
	}
}
