/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rows say of one another, and the verdict of the whole report. */
#include "test_harness_gate.h"

static void informative_rows_never_fail_the_check(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0.01), timings(1, 8, 50e6, 2, 0.01)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_REGRESSED, "");
	assert_int_equal(report->verdict, CHECK_PASS);
	check_report_free(report);
}

static void a_failed_control_takes_back_what_it_could_explain(void **state)
{
	struct check_series series[4] = {timings(0, 14, 50e6, 1.08, 0.01),
		timings(1, 14, 50e6, 1.04, 0.01), counts(2, 14, 20, 21),
		timings(3, 14, 50e6, 1.2, 0.01)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_CONTROL;
	report = judge(series, 4);
	assert_row(report, 1, CHECK_INVALID, "its own copy differ by 4.");
	assert_row(report, 0, CHECK_INVALID, "the control failed");
	assert_row(report, 2, CHECK_REGRESSED, "");
	assert_row(report, 3, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_control_that_is_faster_explains_as_much(void **state)
{
	struct check_series series[3] = {timings(0, 14, 50e6, 0.96, 0.01),
		timings(1, 14, 50e6, 1.08, 0.01),
		timings(2, 14, 50e6, 1.08, 0.01)};
	struct check_report *report;

	(void)state;
	series[0].role = CHECK_CONTROL;
	series[2].role = CHECK_INFORMATIVE;
	report = judge(series, 3);
	assert_row(report, 0, CHECK_INVALID, "differ by ");
	assert_row(report, 1, CHECK_INVALID, "the control failed");
	assert_row(report, 2, CHECK_REGRESSED, "");
	check_report_free(report);
}

/* A report can be reused for the next look. */
static void a_look_forgets_what_the_last_one_said(void **state)
{
	static const struct check_look next = {18, 27, 93};
	struct check_series series = timings(0, 8, 50e6, 1.05, 0.3);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_INCONCLUSIVE, "too noisy");
	series = timings(0, 14, 50e6, 1, 0.01);
	assert_int_equal(check_judge(report, &series, &next), 0);
	assert_row(report, 0, CHECK_PASS, "");
	assert_string_equal(report->rows[0].reason, "");
	check_report_free(report);
}

static void a_control_speaks_for_its_metric_only(void **state)
{
	struct check_series series[2] = {timings(0, 14, 50e6, 1.08, 0.01),
		timings(1, 14, 50e6, 1.04, 0.01)};
	struct check_report *report;

	(void)state;
	series[0].metric = &check_metrics[1];
	series[1].role = CHECK_CONTROL;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_INVALID, "differ by 4.");
	assert_row(report, 0, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_control_that_agrees_changes_nothing(void **state)
{
	struct check_series series[2] = {timings(0, 8, 50e6, 1.2, 0.01),
		timings(1, 8, 50e6, 1.01, 0.001)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_CONTROL;
	report = judge(series, 2);
	assert_row(report, 0, CHECK_REGRESSED, "");
	assert_row(report, 1, CHECK_PASS, "");
	check_report_free(report);
}

/* The verdict of a regression of 1.2 after a second measurement. */
static void confirm(double again, double noise, enum check_verdict verdict,
	const char *words)
{
	struct check_series series = timings(0, 8, 50e6, 1.2, 0.01);
	struct check_report *first = judge(&series, 1), *second;

	series = timings(0, 8, 50e6, again, noise);
	second = judge(&series, 1);
	check_confirm(first, second);
	assert_row(first, 0, verdict, words);
	assert_int_equal(first->verdict, verdict);
	check_report_free(first);
	check_report_free(second);
}

static void a_regression_stands_only_when_confirmed(void **state)
{
	(void)state;
	confirm(1.2, 0.01, CHECK_REGRESSED, "confirmed: 1.2");
	confirm(1.0, 0.01, CHECK_PASS, "not confirmed: 1.2");
	confirm(0.8, 0.01, CHECK_PASS, "not confirmed: 1.2");
	confirm(1.05, 0.3, CHECK_INCONCLUSIVE, "not confirmed: too noisy");
}

static void a_regression_that_cannot_be_repeated_is_invalid(void **state)
{
	const struct check_series series = timings(0, 8, 50e6, 1.2, 0.01);
	struct check_series others[4] = {series, series, series, series};

	(void)state;
	others[0].strategy = "another";
	others[1].scenario = "latency=51ms";
	others[2].metric = &check_metrics[1];
	others[3].role = CHECK_INFORMATIVE;
	for (size_t i = 0; i < 4; i++) {
		struct check_report *first = judge(&series, 1);
		struct check_report *second = judge(&others[i], 1);

		check_confirm(first, second);
		assert_row(first, 0, CHECK_INVALID,
			"second set of blocks has no such row");
		check_report_free(first);
		check_report_free(second);
	}
}

static void only_what_regressed_is_held_against_the_second_set(void **state)
{
	struct check_series series[4] = {timings(0, 8, 50e6, 1, 0.01),
		timings(1, 8, 50e6, 1.2, 0.01), timings(2, 8, 50e6, 1.2, 0.01),
		timings(3, 8, 50e6, 1.2, 0.01)};
	struct check_report *first, *second;

	(void)state;
	series[1].role = CHECK_INFORMATIVE;
	series[2].scenario = "latency=1ms";
	series[3].scenario = "latency=2ms";
	first = judge(series, 4);
	series[2] = timings(2, 8, 50e6, 1, 0.01);
	series[2].scenario = "latency=1ms";
	second = judge(series + 2, 2);
	check_confirm(first, second);
	assert_row(first, 0, CHECK_PASS, "");
	assert_row(first, 1, CHECK_REGRESSED, "");
	assert_row(first, 2, CHECK_PASS, "not confirmed");
	assert_row(first, 3, CHECK_REGRESSED, "confirmed");
	assert_int_equal(first->verdict, CHECK_REGRESSED);
	check_report_free(first);
	check_report_free(second);
}

static void the_worst_gated_row_is_the_reports(void **state)
{
	const struct check_series series[5] = {
		timings(0, 20, 50e6, 1, 0.01),
		timings(1, 20, 50e6, 0.9, 0.01),
		timings(2, 20, 50e6, 1.05, 0.05),
		timings(3, 20, 0, 1, 0),
		timings(4, 20, 50e6, 1.2, 0.01),
	};
	static const enum check_verdict verdicts[5] = {CHECK_PASS,
		CHECK_IMPROVED, CHECK_INCONCLUSIVE, CHECK_INVALID,
		CHECK_REGRESSED};
	static const char *const reasons[5] = {"1 of 1 gated row",
		"1 of 2 gated rows",
		("1 of 3 gated rows: too noisy to tell whether the margin is "
		 "exceeded; a calmer machine, more --requests in each trial or "
		 "a wider margin, as in --gate elapsed:10%, would tell"),
		("1 of 4 gated rows: no block has a value above zero in all "
		 "four trials"),
		"1 of 5 gated rows"};

	(void)state;
	for (size_t count = 1; count <= 5; count++) {
		struct check_report *report = judge(series, count);

		assert_row(report, count - 1, verdicts[count - 1], "");
		assert_int_equal(report->verdict, verdicts[count - 1]);
		assert_string_equal(report->reason, reasons[count - 1]);
		check_report_free(report);
	}
}

/* A head that gives up is quick, so its times neither pass nor improve. */
static void where_head_fails_more_its_time_says_nothing(void **state)
{
	struct check_series series[2] = {
		timings(0, 20, 50e6, 0.5, 0.01), counts(1, 20, 0, 11)};
	struct check_report *report, *second;

	(void)state;
	series[1].metric = &check_metrics[FAILURES];
	report = judge(series, 2);
	assert_row(report, 0, CHECK_IMPROVED, "");
	assert_row(report, 1, CHECK_REGRESSED, "");
	second = judge(series, 2);
	check_confirm(report, second);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "head fails more requests");
	assert_row(report, 1, CHECK_REGRESSED, "confirmed");
	check_report_free(second);
	check_report_free(report);
	/* if it is not gated, it is not measured a second time */
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "head fails more requests");
	assert_int_equal(report->verdict, CHECK_INCONCLUSIVE);
	check_report_free(report);
}

static void different_hosts_refuse_every_row(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1.2, 0.01), timings(1, 8, 50e6, 1, 0.01)};
	struct check_report *report = judge(series, 2);

	(void)state;
	check_refuse(report, "base and head run on different hosts");
	assert_row(report, 0, CHECK_INVALID, "different hosts");
	assert_row(report, 1, CHECK_INVALID, "different hosts");
	assert_int_equal(report->verdict, CHECK_INVALID);
	assert_non_null(strstr(report->reason, "different hosts"));
	check_report_free(report);
}

static void looks_go_on_while_a_gated_row_is_open(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0.01), timings(1, 8, 50e6, 1.05, 0.3)};
	struct check_report *report;

	(void)state;
	report = judge(series, 2);
	assert_true(check_undecided(report));
	check_report_free(report);
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_false(check_undecided(report));
	check_report_free(report);
	/* More blocks may outnumber void ones; a missing side stays so. */
	series[1] = timings(1, 8, 50e6, 1, 0.01);
	series[1].voids.machine = 3;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_INVALID, "3 of 11 blocks");
	assert_true(check_undecided(report));
	check_report_free(report);
	series[1].n = 0;
	report = judge(series, 2);
	assert_false(check_undecided(report));
	check_report_free(report);
}

static void exit_status_tells_the_verdict(void **state)
{
	(void)state;
	assert_int_equal(check_exit_statuses[CHECK_PASS], 0);
	assert_int_equal(check_exit_statuses[CHECK_IMPROVED], 0);
	assert_int_equal(check_exit_statuses[CHECK_REGRESSED], 1);
	assert_int_equal(check_exit_statuses[CHECK_INCONCLUSIVE], 3);
	assert_int_equal(check_exit_statuses[CHECK_INVALID], 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(informative_rows_never_fail_the_check),
		cmocka_unit_test(
			a_failed_control_takes_back_what_it_could_explain),
		cmocka_unit_test(a_control_that_is_faster_explains_as_much),
		cmocka_unit_test(a_look_forgets_what_the_last_one_said),
		cmocka_unit_test(a_control_speaks_for_its_metric_only),
		cmocka_unit_test(a_control_that_agrees_changes_nothing),
		cmocka_unit_test(a_regression_stands_only_when_confirmed),
		cmocka_unit_test(
			a_regression_that_cannot_be_repeated_is_invalid),
		cmocka_unit_test(
			only_what_regressed_is_held_against_the_second_set),
		cmocka_unit_test(the_worst_gated_row_is_the_reports),
		cmocka_unit_test(where_head_fails_more_its_time_says_nothing),
		cmocka_unit_test(different_hosts_refuse_every_row),
		cmocka_unit_test(looks_go_on_while_a_gated_row_is_open),
		cmocka_unit_test(exit_status_tells_the_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
