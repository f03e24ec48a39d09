/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of a row by its figures, unusual ones above all. */
#include "test_harness_gate.h"

static void twice_the_margin_regresses(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.10, 0.03);
	struct check_report *report = judge(&series, 1);
	const struct check_row *row = &report->rows[0];

	(void)state;
	assert_row(report, 0, CHECK_REGRESSED, "");
	assert_true(row->ratio > 1.08 && row->ratio < 1.12);
	assert_true(row->ci_lo < row->ratio && row->ratio < row->ci_hi);
	assert_true(row->p_holm == row->p && row->p < 0.0001);
	assert_true(row->mde > 0.05 && row->mde < 0.10);
	assert_int_equal(row->n_blocks, 20);
	assert_string_equal(row->metric, "elapsed");
	assert_string_equal(row->unit, "ns");
	check_report_free(report);
}

static void equal_builds_pass_and_say_what_they_could_see(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0.01);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_true(report->rows[0].mde > 0.05 && report->rows[0].mde < 0.2);
	check_report_free(report);
}

static void below_the_margin_passes(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.02, 0.02);

	(void)state;
	expect(&series, CHECK_PASS, "");
}

static void faster_than_the_margin_improves(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 0.9, 0.02);

	(void)state;
	expect(&series, CHECK_IMPROVED, "");
}

static void at_the_margin_is_inconclusive(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.05, 0.05);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "too noisy");
}

static void ties_have_a_verdict(void **state)
{
	struct check_series equal = timings(0, 8, 50e6, 1, 0);
	struct check_series slower = timings(1, 8, 50e6, 1.2, 0);
	struct check_series margin = timings(2, 8, 50e6, 1.05, 0);

	(void)state;
	expect(&equal, CHECK_PASS, "");
	expect(&slower, CHECK_REGRESSED, "");
	/* By rounding, each block lies above, on or below the margin. */
	for (size_t b = 0; b < 8; b++)
		for (int i = 0; i < 2; i++) {
			blocks[2][b].base[i] = 1;
			blocks[2][b].head[i] = exp(log1p(0.5));
		}
	margin.margin = 0.5;
	margin.metric = &(struct check_metric){.name = "x", .unit = ""};
	expect(&margin, CHECK_INCONCLUSIVE, "");
}

static void zeros_cannot_be_judged_as_a_ratio(void **state)
{
	struct check_series zeros = timings(0, 8, 0, 1, 0);

	(void)state;
	expect(&zeros, CHECK_INVALID, "above zero");
}

static void infinities_are_no_values(void **state)
{
	struct check_series series = timings(0, 8, INFINITY, 1, 0);

	(void)state;
	expect(&series, CHECK_INVALID, "no block");
}

static void one_block_is_inconclusive_and_says_what_it_takes(void **state)
{
	struct check_series series = timings(0, 1, 50e6, 2, 0);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "6 blocks are needed");
	series = timings(0, 5, 50e6, 1.05, 0.3);
	expect(&series, CHECK_INCONCLUSIVE, "6 blocks are needed");
	series = timings(0, 6, 50e6, 1.05, 0.3);
	expect(&series, CHECK_INCONCLUSIVE, "too noisy");
}

static void large_families_need_more_blocks(void **state)
{
	struct check_series series[8];
	struct check_report *report;

	(void)state;
	for (int i = 0; i < 8; i++)
		series[i] = timings(0, 8, 50e6, 1.2, 0.01);
	report = judge(series, 8);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "9 blocks are needed");
	check_report_free(report);
	for (int i = 0; i < 8; i++)
		series[i] = timings(0, 14, 50e6, 1.2, 0.01);
	report = judge(series, 8);
	assert_row(report, 0, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void counters_tolerate_nothing(void **state)
{
	struct check_series same = counts(0, 8, 20, 20);
	struct check_series more = counts(1, 8, 20, 21);
	struct check_series less = counts(2, 8, 20, 1);
	struct check_series none = counts(3, 8, 0, 0);
	struct check_series some = counts(4, 8, 0, 3);
	struct check_report *report;

	(void)state;
	expect(&same, CHECK_PASS, "");
	expect(&more, CHECK_REGRESSED, "");
	expect(&less, CHECK_IMPROVED, "");
	expect(&none, CHECK_PASS, "");
	expect(&some, CHECK_REGRESSED, "");
	report = judge(&more, 1);
	assert_true(report->rows[0].ratio == 21. / 20);
	check_report_free(report);
	report = judge(&some, 1);
	assert_true(isnan(report->rows[0].ratio));
	check_report_free(report);
}

static void counters_that_change_once_in_a_while_pass(void **state)
{
	struct check_series series = counts(0, 14, 20, 20);

	(void)state;
	blocks[0][5].head[0] = 21;
	expect(&series, CHECK_PASS, "varies between trials");
}

static void counters_that_surely_changed_do_not_pass_for_lack_of_blocks(
	void **state)
{
	struct check_series series = counts(0, 4, 20, 21);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "4 blocks are too few");
}

static void changes_of_no_consequence_pass(void **state)
{
	/* 30 % of 100 us is far below the floor of half a millisecond. */
	struct check_series series = timings(0, 8, 100e3, 1.3, 0.01);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_true(fabs(report->rows[0].margin - 5) < 1e-9);
	check_report_free(report);
}

static void what_can_be_seen_shrinks_with_the_family(void **state)
{
	const struct check_series series[3] = {timings(0, 14, 50e6, 1, 0.03),
		timings(1, 14, 50e6, 1, 0.03), timings(2, 14, 50e6, 1, 0.03)};
	struct check_report *alone = judge(series, 1), *all = judge(series, 3);

	(void)state;
	assert_true(all->rows[0].mde > alone->rows[0].mde);
	check_report_free(alone);
	check_report_free(all);
}

static void blocks_that_follow_each_other_are_less_sure(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.07, 0);
	struct check_report *mixed, *steps;

	(void)state;
	for (size_t b = 0; b < 20; b++)
		blocks[0][b].head[0] *= b % 2 ? 1.02 : 1.01;
	mixed = judge(&series, 1);
	for (size_t b = 0; b < 20; b++)
		blocks[0][b].head[0] = 50e6 * 1.07 * (b < 10 ? 1.02 : 1.01);
	steps = judge(&series, 1);
	assert_true(mixed->rows[0].r1 < 0 && steps->rows[0].r1 > 0.5);
	assert_true(steps->rows[0].p > mixed->rows[0].p);
	assert_true(steps->rows[0].mde > mixed->rows[0].mde);
	assert_true(steps->rows[0].ci_lo < mixed->rows[0].ci_lo);
	check_report_free(mixed);
	check_report_free(steps);
}

/* Every other block is disturbed, base and head in turns. */
static void calm_blocks_are_heard_beside_noisy_ones(void **state)
{
	struct check_series series = timings(0, 18, 50e6, 1, 0.001);

	(void)state;
	for (size_t b = 0; b < series.n; b++)
		blocks[0][b].base[0] *= 1.001;
	for (size_t b = 1; b < series.n; b += 4)
		blocks[0][b].base[0] *= 2;
	for (size_t b = 3; b < series.n; b += 4)
		blocks[0][b].head[1] *= 2;
	expect(&series, CHECK_PASS, "");
	for (size_t b = 0; b < series.n; b++)
		for (int i = 0; i < 2; i++)
			blocks[0][b].head[i] *= 1.1;
	expect(&series, CHECK_REGRESSED, "");
}

/* The same disturbance of one trial per block, 16 % at most. */
static void of_two_times_the_better_one_counts_more(void **state)
{
	struct check_series series = timings(0, 18, 50e6, 1, 0.001);

	(void)state;
	for (size_t b = 0; b < series.n; b++) {
		double *side = b % 2 ? blocks[0][b].base : blocks[0][b].head;

		side[b / 2 % 2] *= 1.16;
	}
	expect(&series, CHECK_PASS, "");
	/* CPU time is used and not waited for. */
	series.metric = &check_metrics[1];
	assert_int_equal(series.metric->kind, METRIC_USE);
	expect(&series, CHECK_INCONCLUSIVE, "too noisy");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twice_the_margin_regresses),
		cmocka_unit_test(equal_builds_pass_and_say_what_they_could_see),
		cmocka_unit_test(below_the_margin_passes),
		cmocka_unit_test(faster_than_the_margin_improves),
		cmocka_unit_test(at_the_margin_is_inconclusive),
		cmocka_unit_test(ties_have_a_verdict),
		cmocka_unit_test(zeros_cannot_be_judged_as_a_ratio),
		cmocka_unit_test(infinities_are_no_values),
		cmocka_unit_test(
			one_block_is_inconclusive_and_says_what_it_takes),
		cmocka_unit_test(large_families_need_more_blocks),
		cmocka_unit_test(counters_tolerate_nothing),
		cmocka_unit_test(counters_that_change_once_in_a_while_pass),
		cmocka_unit_test(
			counters_that_surely_changed_do_not_pass_for_lack_of_blocks),
		cmocka_unit_test(changes_of_no_consequence_pass),
		cmocka_unit_test(what_can_be_seen_shrinks_with_the_family),
		cmocka_unit_test(blocks_that_follow_each_other_are_less_sure),
		cmocka_unit_test(calm_blocks_are_heard_beside_noisy_ones),
		cmocka_unit_test(of_two_times_the_better_one_counts_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
