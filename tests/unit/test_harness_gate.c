/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The statistics of a check, compared with counting, tables and formulas. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "harness/gate/check_metrics.h"
#include "harness/gate/check_stats.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void assert_near(double found, double expected)
{
	if (!(fabs(found - expected) <= 1e-9))
		fail_msg("%.12g, expected %.12g", found, expected);
}

/* The rank of |d[i]|, at most the middle one; ties share their rank. */
static double rank_of(const double *d, size_t n, size_t i)
{
	double below = 0, same = 0;

	for (size_t j = 0; j < n; j++) {
		below += fabs(d[j]) < fabs(d[i]);
		same += fabs(d[j]) == fabs(d[i]);
	}
	return fmin(below + (same + 1) / 2, (double)(n + 1) / 2);
}

/* P(rank sum at least as large), by trying all choices of signs. */
static double count_flips(const double *d, size_t n)
{
	size_t extreme = 0, all = (size_t)1 << n;
	double ranks[20], seen = 0;

	for (size_t i = 0; i < n; i++) {
		ranks[i] = d[i] == 0 ? 0 : rank_of(d, n, i);
		seen += d[i] > 0 ? ranks[i] : 0;
	}
	for (size_t flips = 0; flips < all; flips++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			if (flips >> i & 1)
				sum += ranks[i];
		extreme += sum >= seen - 1e-9;
	}
	return (double)extreme / (double)all;
}

static void flip_test_equals_the_count_of_all_signs(void **state)
{
	static const double cases[][10] = {
		{1, 2, 3, 4, 5, 6, 7, 8, 9, 10},
		{-1, 2, -3, 4, -5, 6, -7, 8, 9, 10},
		{1, 1, 1, -1, -1, 2, 2, -2, 3, 3},
		{0, 0, 0, 1, -1, 2, 2, -2, 0, 4},
		{0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
		{-.5, -.25, -4, -2, -8, -.5, -.125, -3, -9, -1},
	};

	(void)state;
	for (size_t c = 0; c < LENGTH(cases); c++)
		for (size_t n = 1; n <= 10; n++)
			assert_near(check_p_above(cases[c], NULL, n, 0),
				count_flips(cases[c], n));
}

static void flip_test_of_twenty_blocks_is_exact(void **state)
{
	double d[20];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		d[i] = (double)(i * 7 % 20) - 6;
	assert_near(check_p_above(d, NULL, 20, 0), count_flips(d, 20));
}

static void flip_test_does_not_heed_how_far_an_outlier_is(void **state)
{
	double d[] = {1, -2, 3, 4, -5, 6, 7, -8, 9, 10};
	double before = check_p_above(d, NULL, 10, 0);

	(void)state;
	d[7] = -1000;
	assert_near(check_p_above(d, NULL, 10, 0), before);
}

static void flip_test_tells_its_smallest_p_when_all_agree(void **state)
{
	double d[20];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		d[i] = 0.1 + (double)i;
	for (size_t n = 1; n <= 20; n++) {
		assert_near(check_p_above(d, NULL, n, 0), ldexp(1, -(int)n));
		assert_near(check_p_below(d, NULL, n, 0), 1);
		assert_near(check_p_below(d, NULL, n, 100), ldexp(1, -(int)n));
	}
	assert_near(check_p_above(d, NULL, 0, 0), 1);
}

static void flip_test_shifts_by_the_margin(void **state)
{
	const double d[] = {1, 2, 3, 4, 5, 6, 7, 8};
	double moved[8];

	(void)state;
	for (size_t i = 0; i < 8; i++)
		moved[i] = d[i] - 3.5;
	assert_near(check_p_above(d, NULL, 8, 3.5), count_flips(moved, 8));
}

static void holm_adjusts_as_in_the_textbook(void **state)
{
	const double p[] = {0.01, 0.04, 0.03, 0.005};
	const double expected[] = {0.03, 0.06, 0.06, 0.02};
	double adjusted[4];

	(void)state;
	check_holm(p, adjusted, 4);
	for (size_t i = 0; i < 4; i++)
		assert_near(adjusted[i], expected[i]);
}

static void holm_counts_tests_that_could_not_be_made(void **state)
{
	const double p[] = {0.01, NAN, 0.01, 0.7};
	double adjusted[4];

	(void)state;
	check_holm(p, adjusted, 4);
	assert_near(adjusted[0], 0.04);
	assert_true(isnan(adjusted[1]));
	assert_near(adjusted[2], 0.04);
	assert_near(adjusted[3], 1);
}

static void holm_never_exceeds_one(void **state)
{
	const double p[] = {0.9, 0.6, 1};
	double adjusted[3];

	(void)state;
	check_holm(p, adjusted, 3);
	for (size_t i = 0; i < 3; i++)
		assert_near(adjusted[i], 1);
}

static void blocks_that_follow_each_other_widen(void **state)
{
	double steps[20], swings[20];

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		steps[i] = i < 10 ? 1 : 2;
		swings[i] = i % 2 ? 1 : 2;
	}
	assert_true(check_lag_one(steps, 20) > 0.8);
	assert_true(check_lag_one(swings, 20) < -0.8);
	assert_true(isnan(check_lag_one(steps, 2)));
	assert_near(check_widening(0.6, 20), 2);
	assert_near(check_widening(0.4, 20), 1);
	assert_near(check_widening(-0.9, 20), 1);
	assert_near(check_widening(NAN, 2), 1);
	assert_true(isfinite(check_widening(1, 20)));
}

static void equal_blocks_do_not_correlate(void **state)
{
	const double same[] = {3, 3, 3, 3};

	(void)state;
	assert_near(check_lag_one(same, 4), 0);
	assert_near(check_spread(same, NULL, 4), 0);
}

static void widening_makes_a_p_value_larger_only(void **state)
{
	(void)state;
	/* z of 0.02275 is 2; half of it is 1. */
	assert_true(fabs(check_widen_p(0.02275, 2) - 0.15866) < 1e-4);
	assert_near(check_widen_p(0.02275, 1), 0.02275);
	assert_near(check_widen_p(0.7, 2), 0.7);
	assert_near(check_widen_p(1, 2), 1);
}

static void median_keeps_the_order_of_its_blocks(void **state)
{
	const double d[] = {8, 1, 7, 2, 6, 3, 5, 4};
	double copy[8];
	struct estimate plain, wide;

	(void)state;
	memcpy(copy, d, sizeof(d));
	plain = check_median(copy, 8, 1);
	wide = check_median(copy, 8, 2);
	assert_memory_equal(copy, d, sizeof(d));
	assert_near(plain.value, 4.5);
	assert_near(plain.low, 1);
	assert_near(plain.high, 8);
	assert_near(wide.low, -2.5);
	assert_near(wide.high, 11.5);
}

static void spread_ignores_an_outlier(void **state)
{
	const double d[] = {1, 2, 3, 4, 5, 6, 7, 8, 1000};

	(void)state;
	assert_near(check_spread(d, NULL, 9), 1.4826 * 2);
	assert_true(isnan(check_spread(d, NULL, 1)));
}

static void detectable_change_follows_its_formula(void **state)
{
	/* z of 0.95 and 0.9; sqrt(0.83 x 20). */
	double expected =
		1.05 * exp((1.6448536 + 1.2815516) * 0.03 / sqrt(0.83 * 20)) -
		1;

	(void)state;
	assert_true(fabs(check_detectable(0.03, 20, 1, 0.05, 0.05) - expected) <
		1e-6);
	assert_true(check_detectable(0.03, 20, 2, 0.05, 0.05) > expected);
	assert_true(check_detectable(0.03, 8, 1, 0.05, 0.05) > expected);
	assert_near(check_detectable(0, 20, 1, 0.05, 0.05), 0.05);
}

static void gate_names_what_can_fail(void **state)
{
	struct check_gate gate;
	struct fr_error err;

	(void)state;
	assert_int_equal(
		check_gate_parse(&gate, "elapsed:7.5%,connections", &err), 0);
	assert_true(gate.gated[0]);
	assert_near(gate.margin[0], 0.075);
	assert_false(gate.gated[1]);
	assert_true(gate.gated[4]);
	assert_int_equal(check_gate_parse(&gate, "cpu", &err), 0);
	assert_true(gate.gated[1]);
	assert_near(gate.margin[1], 0.05);
}

static void gate_says_what_is_wrong_with_it(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"", "no such metric"},
		{"elapsd", "did you mean elapsed?"},
		{"elapsed,", "no such metric"},
		{"elapsed:", "as in elapsed:5%"},
		{"elapsed:5", "as in elapsed:5%"},
		{"elapsed:%", "as in elapsed:5%"},
		{"elapsed:0.09%", "as in elapsed:5%"},
		{"elapsed:1001%", "as in elapsed:5%"},
		{"elapsed:5%%", "as in elapsed:5%"},
		{"elapsed:nan%", "as in elapsed:5%"},
		{"elapsed:-5%", "as in elapsed:5%"},
		{"elapsed:5000%", "as in elapsed:5%"},
		{"connections:5%", "has no margin"},
		{"a-name-that-is-longer-than-any-metric-could-be", "no such"},
	};
	struct check_gate gate;
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		assert_int_equal(
			check_gate_parse(&gate, cases[i].text, &err), -1);
		assert_int_equal(err.status, EXIT_USAGE);
		if (!strstr(err.text, cases[i].words))
			fail_msg("'%s': %s", cases[i].text, err.text);
	}
}

static void metrics_are_unknown_where_the_row_is(void **state)
{
	struct trial_row row;

	(void)state;
	trial_row_init(&row);
	for (size_t i = 0; i < CHECK_METRIC_COUNT; i++)
		assert_true(isnan(check_metrics[i].value(&row)));
	row.workload.requests = 20;
	row.ok = 19;
	row.cpu_user_ns = 3000;
	row.cpu_sys_ns = 1000;
	row.elapsed_ns = 5000;
	row.ideal_ns = 1000;
	row.total_ns = 6000;
	row.first_start_ns = 500;
	row.last_result_ns = 4500;
	row.latency_p99_ns = 300;
	row.peak_rss_bytes = 7000;
	assert_near(check_metrics[0].value(&row), 5000);
	assert_near(check_metrics[1].value(&row), 200);
	assert_near(check_metrics[2].value(&row), 200);
	assert_near(check_metrics[5].value(&row), 1);
	assert_near(check_metrics[6].value(&row), 6000);
	assert_near(check_metrics[7].value(&row), 4000);
	assert_near(check_metrics[8].value(&row), 300);
	assert_near(check_metrics[9].value(&row), 7000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flip_test_equals_the_count_of_all_signs),
		cmocka_unit_test(flip_test_of_twenty_blocks_is_exact),
		cmocka_unit_test(flip_test_does_not_heed_how_far_an_outlier_is),
		cmocka_unit_test(flip_test_tells_its_smallest_p_when_all_agree),
		cmocka_unit_test(flip_test_shifts_by_the_margin),
		cmocka_unit_test(holm_adjusts_as_in_the_textbook),
		cmocka_unit_test(holm_counts_tests_that_could_not_be_made),
		cmocka_unit_test(holm_never_exceeds_one),
		cmocka_unit_test(blocks_that_follow_each_other_widen),
		cmocka_unit_test(equal_blocks_do_not_correlate),
		cmocka_unit_test(widening_makes_a_p_value_larger_only),
		cmocka_unit_test(median_keeps_the_order_of_its_blocks),
		cmocka_unit_test(spread_ignores_an_outlier),
		cmocka_unit_test(detectable_change_follows_its_formula),
		cmocka_unit_test(gate_names_what_can_fail),
		cmocka_unit_test(gate_says_what_is_wrong_with_it),
		cmocka_unit_test(metrics_are_unknown_where_the_row_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
