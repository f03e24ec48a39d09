/* SPDX-License-Identifier: GPL-3.0-or-later */
/* That a fit finds the law it was given, and has a word for what has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "harness/analysis/usl.h"

enum { POINTS = 8 };
static const double sweep[POINTS] = {1, 2, 4, 8, 16, 32, 64, 128};

static void assert_near(double found, double expected, double error)
{
	assert_true(fabs(found - expected) <= error);
}

/* Throughputs of that law, off by `noise`, up and down in turn. */
static void simulate(const struct usl *law, double noise, double *x)
{
	static const double sign[POINTS] = {1, -1, -1, 1, 1, -1, 1, -1};

	for (size_t i = 0; i < POINTS; i++)
		x[i] = usl_throughput(law, sweep[i]) * (1 + sign[i] * noise);
}

static void without_noise_the_law_is_found_again(void **state)
{
	static const struct usl laws[] = {
		{200, 0.02, 0.0001},
		{200, 0, 0.0001},
		{5000, 0.2, 0},
		{1e-3, 0.5, 0.01},
		{123, 0, 0},
	};
	double x[POINTS];
	struct usl found;

	(void)state;
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		simulate(&laws[i], 0, x);
		assert_int_equal(usl_fit(&found, sweep, x, POINTS), 0);
		assert_near(found.lambda / laws[i].lambda, 1, 1e-9);
		assert_near(found.sigma, laws[i].sigma, 1e-9);
		assert_near(found.kappa, laws[i].kappa, 1e-9);
	}
}

static void noise_of_3_percent_moves_no_prediction_by_6(void **state)
{
	const struct usl law = {200, 0.02, 0.0001};
	double x[POINTS];
	struct usl found;

	(void)state;
	simulate(&law, 0.03, x);
	assert_int_equal(usl_fit(&found, sweep, x, POINTS), 0);
	for (double n = 1; n <= 128; n++)
		assert_near(usl_throughput(&found, n) / usl_throughput(&law, n),
			1, 0.06);
	assert_near(usl_knee(&found) / usl_knee(&law), 1, 0.15);
}

/* Of many points it is done by another way, which must come to the same. */
static void each_point_is_left_out_of_the_fit_to_the_others(void **state)
{
	enum { MANY = 200 };
	static const struct usl laws[] = {
		{1000, 0.02, 0.0001}, {1000, 0, 0}, {50, 0.5, 0}, {7, 0, 0.01}};
	double n[MANY], x[MANY], others_n[MANY], others_x[MANY];
	struct usl without[MANY], one;

	(void)state;
	for (size_t l = 0; l < sizeof(laws) / sizeof(laws[0]); l++) {
		for (size_t i = 0; i < MANY; i++) {
			n[i] = (double)(i * i / 8 + i + 1);
			x[i] = usl_throughput(&laws[l], n[i]) *
				(1 + 0.03 * sin((double)(i * 7)));
		}
		assert_int_equal(usl_fit_others(without, n, x, MANY), 0);
		for (size_t i = 0; i < MANY; i += 9) {
			size_t count = 0;

			for (size_t j = 0; j < MANY; j++) {
				if (j == i)
					continue;
				others_n[count] = n[j];
				others_x[count++] = x[j];
			}
			assert_int_equal(
				usl_fit(&one, others_n, others_x, count), 0);
			assert_near(without[i].lambda / one.lambda, 1, 1e-9);
			assert_near(without[i].sigma, one.sigma, 1e-9);
			assert_near(without[i].kappa, one.kappa, 1e-11);
		}
	}
	assert_int_equal(usl_fit_others(without, n, x, 2), -EINVAL);
}

static void shares_are_never_negative(void **state)
{
	/* Faster than the concurrency grows: no law of this kind. */
	const double better[] = {100, 220, 480, 1100};
	struct usl found;

	(void)state;
	assert_int_equal(usl_fit(&found, sweep, better, 4), 0);
	assert_true(found.lambda > 0);
	assert_true(found.sigma == 0);
	assert_true(found.kappa == 0);
	assert_true(isinf(usl_knee(&found)));
	assert_true(isinf(usl_pays_until(&found)));
}

static void what_does_not_grow_has_its_knee_at_one(void **state)
{
	const double flat[] = {100, 100, 100, 100, 100};
	const double falling[] = {100, 60, 30, 12, 5};
	struct usl found;

	(void)state;
	assert_int_equal(usl_fit(&found, sweep, flat, 5), 0);
	assert_near(found.sigma, 1, 1e-9);
	assert_near(usl_knee(&found), 1, 1e-3);
	assert_near(usl_pays_until(&found), 1, 0);
	assert_int_equal(usl_fit(&found, sweep, falling, 5), 0);
	assert_true(usl_knee(&found) == 1);
	assert_near(usl_pays_until(&found), 1, 0);
}

static void the_knee_is_where_the_curve_is_highest(void **state)
{
	const struct usl law = {200, 0.02, 0.0001};
	double knee = usl_knee(&law);

	(void)state;
	assert_near(knee, sqrt(0.98 / 0.0001), 1e-9);
	assert_true(
		usl_throughput(&law, knee) > usl_throughput(&law, knee + 1));
	assert_true(
		usl_throughput(&law, knee) > usl_throughput(&law, knee - 1));
}

static void doubling_pays_up_to_where_counting_says(void **state)
{
	static const struct usl laws[] = {
		{200, 0.02, 0.0001}, {200, 0, 0.0001}, {5000, 0.2, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(laws) / sizeof(laws[0]); i++) {
		double n = 1;

		while (usl_throughput(&laws[i], 2 * n) >=
			(1 + USL_PAYS) * usl_throughput(&laws[i], n))
			n++;
		assert_near(usl_pays_until(&laws[i]), n, 0);
	}
}

static void what_cannot_be_fitted_is_refused(void **state)
{
	const double n[] = {1, 2, 4, 8};
	const double zero[] = {100, 0, 300, 400};
	const double unknown[] = {100, NAN, 300, 400};
	const double good[] = {100, 190, 300, 400};
	const double below[] = {0.5, 2, 4, 8};
	struct usl found;

	(void)state;
	assert_int_equal(usl_fit(&found, n, good, 1), -EINVAL);
	assert_int_equal(usl_fit(&found, n, zero, 4), -EINVAL);
	assert_int_equal(usl_fit(&found, n, unknown, 4), -EINVAL);
	assert_int_equal(usl_fit(&found, below, good, 4), -EINVAL);
	assert_int_equal(usl_fit(&found, n, good, 2), 0);
	assert_near(usl_throughput(&found, 2), 190, 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_noise_the_law_is_found_again),
		cmocka_unit_test(noise_of_3_percent_moves_no_prediction_by_6),
		cmocka_unit_test(
			each_point_is_left_out_of_the_fit_to_the_others),
		cmocka_unit_test(shares_are_never_negative),
		cmocka_unit_test(what_does_not_grow_has_its_knee_at_one),
		cmocka_unit_test(the_knee_is_where_the_curve_is_highest),
		cmocka_unit_test(doubling_pays_up_to_where_counting_says),
		cmocka_unit_test(what_cannot_be_fitted_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
