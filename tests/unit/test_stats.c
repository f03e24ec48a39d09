/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medians and their intervals, against tables and by counting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "harness/base/stats.h"

static void assert_near(double found, double expected)
{
	assert_true(fabs(found - expected) <= 1e-12 * fabs(expected) + 1e-12);
}

static void assert_no_interval(struct estimate e)
{
	assert_true(isnan(e.low));
	assert_true(isnan(e.high));
}

/* 1..n, shuffled by a stride that is coprime to n. */
static void fill(double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		values[i] = (double)(i * 997 % n + 1);
}

static void interval_uses_the_ranks_of_the_tables(void **state)
{
	/* Conover's and any other table of the sign test at 95 %. */
	static const struct {
		size_t n;
		double low, high;
	} cases[] = {
		{6, 1, 6},
		{7, 1, 7},
		{8, 1, 8},
		{9, 2, 8},
		{10, 2, 9},
		{12, 3, 10},
		{15, 4, 12},
		{20, 6, 15},
		{25, 8, 18},
		{100, 40, 61},
	};
	double values[100];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct estimate e;

		fill(values, cases[i].n);
		e = stats_median(values, cases[i].n);
		assert_near(e.value, ((double)cases[i].n + 1) / 2);
		assert_near(e.low, cases[i].low);
		assert_near(e.high, cases[i].high);
	}
}

/*
 * Every way of n values to fall below or above their median is equally
 * likely, so counting them gives the coverage with no formula at all.
 */
static void interval_covers_at_least_95_percent_and_no_rank_less_does(
	void **state)
{
	double values[16];

	(void)state;
	for (unsigned n = 6; n <= 16; n++) {
		unsigned inside = 0, tighter = 0;
		unsigned k;

		fill(values, n);
		k = (unsigned)stats_median(values, n).low;
		for (unsigned bits = 0; bits < 1u << n; bits++) {
			unsigned below = (unsigned)__builtin_popcount(bits);

			inside += below >= k && below <= n - k;
			tighter += below >= k + 1 && below <= n - k - 1;
		}
		assert_true(inside >= STATS_CONFIDENCE * (1u << n));
		assert_true(tighter < STATS_CONFIDENCE * (1u << n));
	}
}

static void too_few_values_have_a_median_but_no_interval(void **state)
{
	double values[5];

	(void)state;
	for (size_t n = 1; n <= 5; n++) {
		struct estimate e;

		fill(values, n);
		e = stats_median(values, n);
		assert_near(e.value, ((double)n + 1) / 2);
		assert_no_interval(e);
	}
}

static void nothing_known_gives_nothing(void **state)
{
	double nans[] = {NAN, NAN};
	double one[] = {1};

	(void)state;
	assert_true(isnan(stats_median(nans, 2).value));
	assert_true(isnan(stats_median(nans, 0).value));
	assert_no_interval(stats_median(nans, 2));
	assert_true(isnan(stats_quantile(NULL, 0, 0.5)));
	assert_true(isnan(stats_paired_ratio(one, nans, 1).value));
	assert_true(isnan(stats_paired_ratio(one, nans, 0).value));
}

static void unknown_values_are_left_out(void **state)
{
	double values[] = {NAN, 6, 2, NAN, 5, 4, 3, 1, NAN};
	struct estimate e = stats_median(values, 9);

	(void)state;
	assert_near(e.value, 3.5);
	assert_near(e.low, 1);
	assert_near(e.high, 6);
}

static void ties_give_an_interval_of_one_value(void **state)
{
	double values[] = {7, 7, 7, 7, 7, 7, 7, 7};
	struct estimate e = stats_median(values, 8);

	(void)state;
	assert_near(e.value, 7);
	assert_near(e.low, 7);
	assert_near(e.high, 7);
}

static void quantiles_interpolate_and_include_the_ends(void **state)
{
	const double sorted[] = {10, 20, 30, 40};

	(void)state;
	assert_near(stats_quantile(sorted, 4, 0), 10);
	assert_near(stats_quantile(sorted, 4, 1), 40);
	assert_near(stats_quantile(sorted, 4, 0.5), 25);
	assert_near(stats_quantile(sorted, 4, 0.9), 37);
	assert_near(stats_quantile(sorted, 1, 0.99), 10);
}

/* Compares with the definition: counts the values that are not greater. */
static void a_rank_is_the_least_that_share_does_not_exceed(void **state)
{
	static const int percent[] = {0, 1, 50, 90, 99, 100};

	(void)state;
	for (uint64_t n = 1; n <= 1000; n++) {
		for (size_t i = 0; i < 6; i++) {
			uint64_t share = (uint64_t)percent[i] * n, rank = 1;

			while (100 * rank < share)
				rank++;
			assert_int_equal(
				stats_rank(n, percent[i] / 100.0), rank);
		}
	}
}

/* A paired ratio is right even if the speed of the machine drifts fourfold. */
static void paired_ratio_survives_drift(void **state)
{
	double a[20], b[20];
	struct estimate ratio;

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		b[i] = 100 + 15 * (double)i;
		a[i] = 1.25 * b[i];
	}
	ratio = stats_paired_ratio(a, b, 20);
	assert_near(ratio.value, 1.25);
	assert_near(ratio.low, 1.25);
	assert_near(ratio.high, 1.25);
}

static void paired_ratio_of_swapped_sides_is_the_reciprocal(void **state)
{
	const double a[] = {1, 2, 3, 4, 5, 6, 7, 9};
	const double b[] = {2, 1, 5, 3, 8, 4, 9, 2};
	double x[8], y[8];
	struct estimate up, down;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		x[i] = a[i];
		y[i] = b[i];
	}
	up = stats_paired_ratio(x, b, 8);
	down = stats_paired_ratio(y, a, 8);
	assert_near(up.value * down.value, 1);
	assert_near(up.low * down.high, 1);
	assert_near(up.high * down.low, 1);
}

static void pairs_that_have_no_ratio_are_left_out(void **state)
{
	/* One-sided: infinities on both sides would leave the median alone. */
	double zeros[] = {8, 0, 0, NAN, -8, 8};
	const double below[] = {4, 4, 2, 4, 4, 2};
	double values[] = {8, 8, 8, NAN, 8, 8};
	const double above[] = {4, 0, 0, 4, -4, 2};

	(void)state;
	assert_near(stats_paired_ratio(zeros, below, 6).value, sqrt(2 * 4));
	assert_near(stats_paired_ratio(values, above, 6).value, sqrt(2 * 4));
}

/* By hand, with Student's quantiles as in any table. */
static void trimmed_mean_is_that_of_yuen(void **state)
{
	double three[] = {3, NAN, 1, 2}, eight[] = {1, 7, 2, 100, 3, 6, 4, 5};
	double two[] = {1, 3}, none[] = {NAN};
	struct estimate mean = stats_trimmed_mean(three, 4);

	(void)state;
	assert_near(mean.value, 2);
	assert_true(fabs(mean.low - 2 + 4.302653 / sqrt(3)) < 1e-5);
	assert_true(fabs(mean.high - 2 - 4.302653 / sqrt(3)) < 1e-5);
	/* 3 4 5 6 are kept; with those moved in, 3 3 3 4 5 6 6 6. */
	mean = stats_trimmed_mean(eight, 8);
	assert_near(mean.value, 4.5);
	assert_near(
		mean.high - mean.value, 3.1824463052842638 * sqrt(14 / 12.));
	mean = stats_trimmed_mean(two, 2);
	assert_near(mean.value, 2);
	assert_no_interval(mean);
	assert_true(isnan(stats_trimmed_mean(none, 1).value));
}

static void a_million_values_have_an_interval(void **state)
{
	enum { N = 1000003 };
	static double values[N];
	struct estimate e;

	(void)state;
	fill(values, N);
	e = stats_median(values, N);
	/* The normal approximation: the middle -/+ 1.96 * sqrt(n) / 2. */
	assert_true(fabs(e.value - e.low - 980) < 2);
	assert_true(fabs(e.high - e.value - 980) < 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interval_uses_the_ranks_of_the_tables),
		cmocka_unit_test(
			interval_covers_at_least_95_percent_and_no_rank_less_does),
		cmocka_unit_test(too_few_values_have_a_median_but_no_interval),
		cmocka_unit_test(nothing_known_gives_nothing),
		cmocka_unit_test(unknown_values_are_left_out),
		cmocka_unit_test(ties_give_an_interval_of_one_value),
		cmocka_unit_test(
			a_rank_is_the_least_that_share_does_not_exceed),
		cmocka_unit_test(quantiles_interpolate_and_include_the_ends),
		cmocka_unit_test(paired_ratio_survives_drift),
		cmocka_unit_test(
			paired_ratio_of_swapped_sides_is_the_reciprocal),
		cmocka_unit_test(pairs_that_have_no_ratio_are_left_out),
		cmocka_unit_test(trimmed_mean_is_that_of_yuen),
		cmocka_unit_test(a_million_values_have_an_interval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
