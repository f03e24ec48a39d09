/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That quantiles from buckets are as near to exact ones as is promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "harness/runs/histogram.h"

enum { COUNT = 100000 };

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Values over `bits` binary digits: a fixed sequence (Knuth's MMIX). */
static void fill(uint64_t *values, unsigned bits)
{
	uint64_t x = 7;

	for (size_t i = 0; i < COUNT; i++) {
		x = x * UINT64_C(6364136223846793005) +
			UINT64_C(1442695040888963407);
		values[i] = x >> (64 - bits + (x >> 8) % 8);
	}
}

static void quantiles_are_within_the_stated_error_of_exact_ones(void **state)
{
	static const double shares[] = {
		0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1};
	static uint64_t values[COUNT];

	(void)state;
	for (unsigned bits = 12; bits <= 63; bits++) {
		struct histogram histogram = {.count = 0};

		fill(values, bits);
		for (size_t i = 0; i < COUNT; i++)
			assert_int_equal(
				histogram_add(&histogram, values[i]), 0);
		qsort(values, COUNT, sizeof(*values), compare);
		for (size_t s = 0; s < sizeof(shares) / sizeof(*shares); s++) {
			double rank = fmax(1, ceil(shares[s] * (double)COUNT));
			double exact = (double)values[(size_t)rank - 1];
			double found =
				histogram_quantile(&histogram, shares[s]);

			assert_true(fabs(found - exact) <=
				HISTOGRAM_ERROR * exact + 1e-9);
		}
		histogram_release(&histogram);
	}
}

static void small_values_and_extremes_are_exact(void **state)
{
	struct histogram histogram = {.count = 0};

	(void)state;
	for (uint64_t i = 0; i < 2048; i++)
		assert_int_equal(histogram_add(&histogram, i), 0);
	for (uint64_t i = 1; i <= 2048; i++)
		assert_true(
			histogram_quantile(&histogram,
				((double)i - 0.5) / 2048) == (double)(i - 1));
	assert_int_equal(histogram_add(&histogram, UINT64_MAX), 0);
	assert_true(histogram_quantile(&histogram, 1) == 0x1p64);
	assert_true(histogram_quantile(&histogram, 0) == 0);
	histogram_release(&histogram);
	assert_int_equal(histogram_add(&histogram, 123457), 0);
	assert_true(histogram_quantile(&histogram, 0.5) == 123457);
	assert_true(histogram_mean(&histogram) == 123457);
	histogram_release(&histogram);
}

static void nothing_met_has_no_quantile(void **state)
{
	struct histogram histogram = {.count = 0};

	(void)state;
	assert_true(isnan(histogram_quantile(&histogram, 0.5)));
	assert_true(isnan(histogram_mean(&histogram)));
	histogram_release(&histogram);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			quantiles_are_within_the_stated_error_of_exact_ones),
		cmocka_unit_test(small_values_and_extremes_are_exact),
		cmocka_unit_test(nothing_met_has_no_quantile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
