/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of a row whose measurements are incomplete, or void. */
#include "test_harness_gate.h"

static void a_nan_costs_its_block_only(void **state)
{
	struct check_series series = timings(0, 10, 50e6, 1, 0.01);
	struct check_report *report;

	(void)state;
	blocks[0][3].head[1] = NAN;
	blocks[0][4].base[0] = NAN;
	report = judge(&series, 1);
	assert_row(report, 0, CHECK_PASS, "");
	assert_int_equal(report->rows[0].n_blocks, 8);
	check_report_free(report);
}

static void a_row_missing_in_head_fails(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0);

	(void)state;
	for (size_t b = 0; b < 8; b++)
		blocks[0][b].head[0] = blocks[0][b].head[1] = NAN;
	series.voids.reason = "head knows no 'openmp'";
	expect(&series, CHECK_REGRESSED, "missing in head: head knows no");
}

static void a_renamed_row_fails_under_both_names(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0), timings(1, 8, 50e6, 1, 0)};
	struct check_report *report;

	(void)state;
	series[1].strategy = "serial";
	for (size_t b = 0; b < 8; b++) {
		blocks[0][b].head[0] = blocks[0][b].head[1] = NAN;
		blocks[1][b].base[0] = blocks[1][b].base[1] = NAN;
	}
	report = judge(series, 2);
	assert_row(report, 0, CHECK_REGRESSED, "missing in head");
	assert_row(report, 1, CHECK_INVALID, "missing in base");
	assert_int_equal(report->verdict, CHECK_REGRESSED);
	check_report_free(report);
}

static void a_row_nobody_measured_is_invalid(void **state)
{
	struct check_series series = timings(0, 0, 50e6, 1, 0);

	(void)state;
	expect(&series, CHECK_INVALID, "missing in base and head");
}

static void an_incomplete_block_does_not_count(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0);

	(void)state;
	for (size_t b = 0; b < 8; b++)
		blocks[0][b].head[1] = NAN;
	expect(&series, CHECK_INVALID, "all four trials");
}

static void a_check_without_rows_is_invalid(void **state)
{
	struct check_report *report = judge(NULL, 0);

	(void)state;
	assert_int_equal(report->verdict, CHECK_INVALID);
	assert_string_equal(report->reason, "there is no gated row");
	check_report_free(report);
}

static void too_many_voids_are_invalid_whatever_the_figures(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 2, 0.01);
	struct check_report *report;

	(void)state;
	series.voids.machine = 2;
	expect(&series, CHECK_REGRESSED, "");
	series.voids.machine = 3;
	series.voids.reason = "3.1 % of the time was stolen";
	expect(&series, CHECK_INVALID, "3 of 11 blocks are void: 3.1 %");
	report = judge(&series, 1);
	assert_true(isnan(report->rows[0].p));
	assert_int_equal(report->rows[0].voids, 3);
	assert_string_equal(report->reason,
		"1 of 1 gated row: 3 of 11 blocks are void: 3.1 % of the time "
		"was stolen; wait until the machine is calm, and check again");
	check_report_free(report);
	series.voids.base = 4;
	report = judge(&series, 1);
	assert_non_null(strstr(report->reason,
		"; make base run validly, or choose another base"));
	check_report_free(report);
}

static void head_that_keeps_failing_regresses(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0.01);

	(void)state;
	series.voids.head = 3;
	series.voids.reason = "died of SIGSEGV";
	expect(&series, CHECK_REGRESSED, "head failed in 3 of 11 blocks");
	series.voids.base = 1;
	expect(&series, CHECK_INVALID, "4 of 12 blocks are void");
	series.voids.machine = 1;
	expect(&series, CHECK_INVALID, "5 of 13 blocks are void");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nan_costs_its_block_only),
		cmocka_unit_test(a_row_missing_in_head_fails),
		cmocka_unit_test(a_renamed_row_fails_under_both_names),
		cmocka_unit_test(a_row_nobody_measured_is_invalid),
		cmocka_unit_test(an_incomplete_block_does_not_count),
		cmocka_unit_test(a_check_without_rows_is_invalid),
		cmocka_unit_test(
			too_many_voids_are_invalid_whatever_the_figures),
		cmocka_unit_test(head_that_keeps_failing_regresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
