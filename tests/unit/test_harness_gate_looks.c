/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one look leaves to the next, and which blocks may be left out. */
#include "test_harness_gate.h"

static const struct check_look first = {0, 30, 90}, second = {30, 60, 90};

static struct check_report *look_at(struct check_report *report,
	const struct check_series *series, size_t count,
	const struct check_look *look)
{
	if (!report)
		assert_int_equal(check_report_create(&report, count), 0);
	assert_int_equal(check_judge(report, series, look), 0);
	return report;
}

static void a_row_that_passed_is_settled(void **state)
{
	struct check_series series[2] = {timings(0, 30, 50e6, 1, 0.01),
		timings(1, 30, 50e6, 1.05, 0.05)};
	struct check_report *report = look_at(NULL, series, 2, &first);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_row(report, 1, CHECK_INCONCLUSIVE, "too noisy");
	assert_false(check_row_undecided(&report->rows[0]));
	assert_true(check_row_undecided(&report->rows[1]));
	/* Of the later blocks the settled row takes no notice. */
	series[0] = timings(0, 60, 50e6, 2, 0.01);
	series[1] = timings(1, 60, 50e6, 1.3, 0.01);
	look_at(report, series, 2, &second);
	assert_row(report, 0, CHECK_PASS, "");
	assert_int_equal(report->rows[0].n_blocks, 30);
	assert_row(report, 1, CHECK_REGRESSED, "");
	assert_int_equal(report->rows[1].n_blocks, 60);
	check_report_free(report);
}

/* The level of eight of 93 blocks is 0.0043; 2^-8 is 0.0039. */
static void a_rejected_row_leaves_its_share_to_the_others(void **state)
{
	static const struct check_look eight = {0, 8, 93}, nine = {0, 9, 18};
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1.2, 0), timings(1, 8, 50e6, 1.05, 0.2)};
	struct check_report *report = look_at(NULL, series, 2, &eight);

	(void)state;
	/* Of two rows neither can be shown. */
	assert_row(report, 0, CHECK_INCONCLUSIVE, "blocks are needed");
	series[0] = timings(0, 9, 50e6, 1.2, 0);
	look_at(report, series, 2, &nine);
	assert_row(report, 0, CHECK_REGRESSED, "");
	/* One is shown, and the other is tested as if alone. */
	series[1] = timings(1, 8, 50e6, 1.2, 0);
	look_at(report, series, 2, &eight);
	assert_row(report, 1, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_counter_that_passed_is_looked_at_again(void **state)
{
	struct check_series series = counts(0, 30, 20, 20);
	struct check_report *report = look_at(NULL, &series, 1, &first);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_false(check_undecided(report));
	series = counts(0, 60, 20, 21);
	look_at(report, &series, 1, &second);
	assert_row(report, 0, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_row_that_no_look_can_decide_is_given_up(void **state)
{
	struct check_series series = timings(0, 30, 50e6, 1, 0.6);
	struct check_report *report = look_at(NULL, &series, 1, &first);

	(void)state;
	assert_row(report, 0, CHECK_INCONCLUSIVE, "too noisy");
	assert_true(report->rows[0].given_up);
	assert_false(check_undecided(report));
	check_report_free(report);
	/* Eight blocks are too few to know that. */
	series = timings(0, 8, 50e6, 1, 0.6);
	report = look_at(NULL, &series, 1, &first);
	assert_true(check_undecided(report));
	check_report_free(report);
}

static void a_busy_machine_is_the_reason_where_most_blocks_saw_it(void **state)
{
	struct check_series series = timings(0, 30, 50e6, 1, 0.6);
	struct check_report *report;

	(void)state;
	series.voids.busy = 20;
	series.voids.busy_reason = "tasks waited for a CPU 96 % of the time";
	report = look_at(NULL, &series, 1, &first);
	assert_string_equal(report->reason,
		"1 of 1 gated row: too noisy to tell whether the margin is "
		"exceeded: the machine was busy in 20 of 30 blocks: tasks "
		"waited for a CPU 96 % of the time; wait until the machine is "
		"calm, and check again");
	series.voids.busy = 15;
	look_at(report, &series, 1, &second);
	assert_null(strstr(report->reason, "busy"));
	check_report_free(report);
}

/* Of `run` blocks, each `nth` of them disturbed, how many are left out. */
static struct check_voids leave_out(size_t run, size_t nth)
{
	struct check_voids voids = {0};

	for (size_t block = 1; block <= run; block++) {
		if (block % nth)
			continue;
		if (check_may_leave_out(&voids, block))
			voids.disturbed++;
		else
			voids.busy++;
	}
	return voids;
}

static void disturbed_blocks_are_left_out_if_they_are_few(void **state)
{
	struct check_voids rare = leave_out(100, 5), all = leave_out(100, 1);
	struct check_voids half = leave_out(100, 2);

	(void)state;
	assert_int_equal(rare.disturbed, 20);
	assert_int_equal(rare.busy, 0);
	assert_int_equal(all.disturbed, 2);
	assert_int_equal(all.busy, 98);
	assert_true(half.disturbed <= 25);
}

static void a_cell_whose_trials_fail_is_not_measured_forever(void **state)
{
	(void)state;
	assert_false(check_is_hopeless(6, 0));
	assert_true(check_is_hopeless(7, 0));
	assert_true(check_is_hopeless(7, 20));
	assert_false(check_is_hopeless(7, 21));
	assert_false(check_is_hopeless(20, 60));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_that_passed_is_settled),
		cmocka_unit_test(a_rejected_row_leaves_its_share_to_the_others),
		cmocka_unit_test(a_counter_that_passed_is_looked_at_again),
		cmocka_unit_test(a_row_that_no_look_can_decide_is_given_up),
		cmocka_unit_test(
			a_busy_machine_is_the_reason_where_most_blocks_saw_it),
		cmocka_unit_test(disturbed_blocks_are_left_out_if_they_are_few),
		cmocka_unit_test(
			a_cell_whose_trials_fail_is_not_measured_forever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
