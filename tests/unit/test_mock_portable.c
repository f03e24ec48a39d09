/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of mock_server/portable.h, beside those of libm and GSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "mock_server/portable.h"

/* Errors are relative: units in the last place of a number just below 1. */
static void assert_near(double got, double wanted, double units)
{
	if (!(fabs(got - wanted) <= units * DBL_EPSILON * fabs(wanted)))
		fail_msg("%.17g is not near %.17g", got, wanted);
}

static void log_is_that_of_libm(void **state)
{
	(void)state;
	for (double x = DBL_MIN; x < DBL_MAX / 1.01; x *= 1.0078)
		assert_near(portable_log(x), log(x), 2);
	for (double x = 0.5; x < 2; x += 0.00037)
		assert_near(portable_log(x), log(x), 2);
	assert_true(portable_log(1) == 0);
	assert_true(portable_log(2) == M_LN2);
}

static void log1p_keeps_small_numbers(void **state)
{
	(void)state;
	for (double x = 0x1p-54; x < 1; x *= 1.0011) {
		assert_near(portable_log1p(-x), log1p(-x), 4);
		assert_near(portable_log1p(x), log1p(x), 4);
	}
	assert_true(portable_log1p(0) == 0);
}

static void exp_is_that_of_libm(void **state)
{
	(void)state;
	for (double x = -708; x < 709.7; x += 0.0137)
		assert_near(portable_exp(x), exp(x), 2);
	for (double x = 0x1p-60; x < 1; x *= 1.01)
		assert_near(portable_exp(x), exp(x), 2);
	assert_true(portable_exp(0) == 1);
}

static void exp_ends_at_zero_and_infinity(void **state)
{
	(void)state;
	assert_true(portable_exp(-750) == 0);
	assert_true(portable_exp(-HUGE_VAL) == 0);
	assert_true(portable_exp(709.8) == HUGE_VAL);
	assert_true(portable_exp(1e300) == HUGE_VAL);
	assert_true(portable_exp(HUGE_VAL) == HUGE_VAL);
	assert_true(portable_exp(NAN) == HUGE_VAL);
}

static void normal_is_that_of_gsl(void **state)
{
	(void)state;
	for (double x = 0; x < 40; x += 0.0043)
		assert_near(portable_normal(x), gsl_cdf_ugaussian_P(x), 4);
	assert_true(portable_normal(0) == 0.5);
	assert_true(portable_normal(HUGE_VAL) == 1);
}

static void its_inverse_is_that_of_gsl(void **state)
{
	(void)state;
	for (double p = 0x1p-53; p < 0.5; p *= 1.0031) {
		assert_near(portable_normal_inverse(p),
			gsl_cdf_ugaussian_Pinv(p), 4);
		assert_near(portable_normal_inverse(1 - p),
			gsl_cdf_ugaussian_Pinv(1 - p), 4);
	}
	assert_true(portable_normal_inverse(0.5) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_is_that_of_libm),
		cmocka_unit_test(log1p_keeps_small_numbers),
		cmocka_unit_test(exp_is_that_of_libm),
		cmocka_unit_test(exp_ends_at_zero_and_infinity),
		cmocka_unit_test(normal_is_that_of_gsl),
		cmocka_unit_test(its_inverse_is_that_of_gsl),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
