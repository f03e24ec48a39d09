/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two runs side by side: ratios with their intervals, and what differs. */
#include "test_harness.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>

#include "harness/analysis/comparison.h"
#include "harness/analysis/unpaired.h"
#include "run_fixture.h"

static struct estimate ratio_of(
	const double *new, size_t n, const double *base, size_t m)
{
	struct estimate ratio;

	assert_int_equal(unpaired_ratio(&ratio, new, n, base, m), 0);
	return ratio;
}

static void the_ratio_is_that_of_the_medians(void **state)
{
	const double base[] = {1, 2, 3, 4, 5, 6, 7};
	const double new[] = {2, 4, 6, 8, 10, 12};
	struct estimate ratio = ratio_of(new, 6, base, 7);
	struct estimate again = ratio_of(new, 6, base, 7);

	(void)state;
	assert_true(ratio.value == 7.0 / 4);
	assert_true(ratio.low < ratio.value && ratio.value < ratio.high);
	assert_memory_equal(&ratio, &again, sizeof(ratio));
}

static void too_few_values_give_no_interval(void **state)
{
	const double values[] = {1, 2, 3, 4, 5, 6};
	struct estimate ratio = ratio_of(values, 6, values, 5);

	(void)state;
	assert_true(ratio.value == 3.5 / 3);
	assert_true(isnan(ratio.low) && isnan(ratio.high));
	assert_true(isnan(ratio_of(values, 6, values, 0).value));
	assert_true(isnan(ratio_of(values, 0, values, 6).value));
}

static void equal_values_have_an_interval_of_one(void **state)
{
	const double same[] = {3, 3, 3, 3, 3, 3};
	struct estimate ratio = ratio_of(same, 6, same, 6);

	(void)state;
	assert_true(ratio.low == 1 && ratio.value == 1 && ratio.high == 1);
}

/* 400 pairs of samples whose true ratio is 1: 95 % should hold it. */
static double coverage(size_t n, size_t m)
{
	enum { PAIRS = 400 };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	double a[64], b[64];
	int held = 0;

	gsl_rng_set(random, 7);
	for (int pair = 0; pair < PAIRS; pair++) {
		struct estimate ratio;

		for (size_t i = 0; i < n; i++)
			a[i] = gsl_ran_lognormal(random, 0, 0.3);
		for (size_t i = 0; i < m; i++)
			b[i] = gsl_ran_lognormal(random, 0, 0.3);
		(void)stats_sort(a, n);
		(void)stats_sort(b, m);
		ratio = ratio_of(a, n, b, m);
		held += ratio.low <= 1 && 1 <= ratio.high;
	}
	gsl_rng_free(random);
	return (double)held / (double)PAIRS;
}

static void the_interval_holds_the_true_ratio_as_often_as_it_says(void **state)
{
	double usual = coverage(20, 20);

	(void)state;
	assert_true(usual > 0.93 && usual < 0.99);
	assert_true(coverage(8, 14) > 0.93);
	assert_true(coverage(6, 6) > 0.93);
}

/* A run of 8 blocks of strategy a, and of b when it is named. */
static void make_run(const char *directory, const char *a, const char *b,
	const char *latency, uint64_t seed, double elapsed_ms)
{
	struct run_fixture fixture;

	run_fixture_begin(&fixture, directory);
	for (int64_t block = 1; block <= 8; block++) {
		const char *const names[] = {a, b};

		for (int i = 0; i < 2 && names[i]; i++) {
			struct trial_row row =
				run_fixture_trial(&fixture, names[i], 4, block,
					elapsed_ms + (double)block / 100);

			(void)snprintf(row.workload.latency,
				sizeof(row.workload.latency), "%s", latency);
			/* The run's own, and another for each block. */
			row.seed = seed + 1000 * (uint64_t)(block - 1);
			run_fixture_add(&fixture, &row);
		}
	}
	run_fixture_end(&fixture);
}

static struct comparison compared(const char *metrics)
{
	static const char *const runs[] = {"base", "new"};
	struct comparison comparison;
	struct fr_error err;

	if (comparison_init(&comparison, runs, metrics, &err) < 0)
		fail_msg("%s", err.text);
	return comparison;
}

static void cells_are_matched_and_missing_ones_kept(void **state)
{
	struct comparison comparison;
	const struct comparison_row *row;

	(void)state;
	make_run("base", "openmp", "epoll", "50ms", 1, 50);
	make_run("new", "sequential", "openmp", "50ms", 1, 100);
	comparison = compared("elapsed_ns");
	assert_int_equal(comparison.settings, 0);
	assert_int_equal(comparison.listing->groups, 3);
	row = listing_row(comparison.listing, 0); /* epoll */
	assert_int_equal(row->base_trials, 8);
	assert_int_equal(row->new_trials, 0);
	assert_true(isnan(row->ratio.value));
	row = listing_row(comparison.listing, 1); /* openmp */
	assert_true(fabs(row->ratio.value - 2) < 0.01);
	assert_true(row->ratio.low > 1.9 && row->ratio.high < 2.1);
	comparison_release(&comparison);
}

/* Eight trials of 10 ms of which each failed so many of its 20 requests. */
static void make_failing_run(const char *directory, uint64_t failed)
{
	struct run_fixture fixture;

	run_fixture_begin(&fixture, directory);
	for (int i = 0; i < 8; i++)
		run_fixture_add_ok(&fixture, "epoll", 4, 10, 20 - failed);
	run_fixture_end(&fixture);
}

static void beside_a_run_that_fails_more_there_is_no_ratio(void **state)
{
	struct comparison comparison;
	const struct comparison_row *row;

	(void)state;
	make_failing_run("base", 0);
	make_failing_run("new", 11);
	comparison = compared("elapsed_ns,net_error,ok");
	row = listing_row(comparison.listing, 0);
	assert_true(isnan(row->ratio.value));
	assert_true(row->fails_more);
	assert_int_equal(row->base_failed, 0);
	assert_int_equal(row->new_failed, 88);
	row = listing_row(comparison.listing, 2); /* counts may be compared */
	assert_true(fabs(row->ratio.value - 0.45) < 0.001);
	comparison_release(&comparison);
	make_failing_run("base", 11);
	comparison = compared("elapsed_ns");
	row = listing_row(comparison.listing, 0);
	assert_false(row->fails_more);
	assert_true(fabs(row->ratio.value - 1) < 0.001);
	comparison_release(&comparison);
}

static void what_runs_differ_in_is_told_and_cells_still_meet(void **state)
{
	struct comparison comparison;

	(void)state;
	make_run("base", "openmp", "epoll", "50ms", 1, 50);
	make_run("new", "openmp", "epoll", "60ms", 1, 60);
	comparison = compared("elapsed_ns");
	assert_int_equal(comparison.settings, 1);
	assert_string_equal(comparison.differs, "latency (50ms, 60ms)");
	assert_int_equal(comparison.listing->groups, 2);
	comparison_release(&comparison);
	make_run("new", "openmp", "epoll", "60ms", 2, 60);
	comparison = compared("elapsed_ns");
	assert_int_equal(comparison.settings, 2);
	assert_string_equal(
		comparison.differs, "latency (50ms, 60ms), seed (1, 2)");
	comparison_release(&comparison);
}

static void runs_without_a_common_cell_are_an_error(void **state)
{
	static const char *const runs[] = {"base", "new"};
	struct comparison comparison;
	struct fr_error err;

	(void)state;
	make_run("base", "openmp", "epoll", "50ms", 1, 50);
	make_run("new", "sequential", "null", "50ms", 1, 50);
	assert_int_equal(
		comparison_init(&comparison, runs, "elapsed_ns", &err), -1);
	assert_error(&err, EXIT_INVALID, "no cell in common");
	comparison_release(&comparison);
	assert_int_equal(
		comparison_init(&comparison, runs, "colour", &err), -1);
	assert_error(&err, EXIT_USAGE, "colour");
	comparison_release(&comparison);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ratio_is_that_of_the_medians),
		cmocka_unit_test(too_few_values_give_no_interval),
		cmocka_unit_test(equal_values_have_an_interval_of_one),
		cmocka_unit_test(
			the_interval_holds_the_true_ratio_as_often_as_it_says),
		cmocka_unit_test(cells_are_matched_and_missing_ones_kept),
		cmocka_unit_test(
			beside_a_run_that_fails_more_there_is_no_ratio),
		cmocka_unit_test(
			what_runs_differ_in_is_told_and_cells_still_meet),
		cmocka_unit_test(runs_without_a_common_cell_are_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
