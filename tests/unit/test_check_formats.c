/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes a check with hostile texts and unknown figures in every format, one
 * file each, for tests/unit/read_check_formats to read with real readers.
 */
#include "test_harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/view/check_formats.h"

#define HOSTILE "a|b`<i>&\"'\n::error::%0A,@all \x01\xff]]>\xEF\xBF\xBF\\"

static void fill(struct check_row *row, enum check_verdict verdict,
	const char *metric, const char *unit)
{
	check_row_init(row);
	(void)snprintf(row->scenario, sizeof(row->scenario), "%s", HOSTILE);
	(void)snprintf(row->strategy, sizeof(row->strategy), "multi-poll");
	(void)snprintf(row->metric, sizeof(row->metric), "%s", metric);
	(void)snprintf(row->unit, sizeof(row->unit), "%s", unit);
	(void)snprintf(row->reason, sizeof(row->reason), "%s", HOSTILE);
	row->role = CHECK_GATED;
	row->verdict = verdict;
}

static void measured(struct check_row *row)
{
	row->base = 50e6;
	row->head = 60e6;
	row->ratio = 1.2;
	row->ci_lo = 1.18;
	row->ci_hi = 1.22;
	row->margin = 0.05;
	row->mde = 0.07;
	row->n_blocks = 8;
}

static struct check_report *a_report(void)
{
	struct check_report *report;

	assert_int_equal(check_report_create(&report, 7), 0);
	(void)snprintf(report->suite, sizeof(report->suite), "%s", HOSTILE);
	(void)snprintf(
		report->base, sizeof(report->base), "%s", "old/" HOSTILE);
	(void)snprintf(
		report->head, sizeof(report->head), "%s", "new/" HOSTILE);
	(void)snprintf(report->reason, sizeof(report->reason), "%s", HOSTILE);
	report->verdict = CHECK_REGRESSED;
	report->alpha = 0.05;
	report->seed = 7;
	for (int i = 0; i < CHECK_VERDICT_COUNT; i++) {
		fill(&report->rows[i], (enum check_verdict)i, "elapsed", "ns");
		measured(&report->rows[i]);
	}
	fill(&report->rows[5], CHECK_INVALID, "connections", "connections");
	report->rows[5].role = CHECK_INFORMATIVE;
	fill(&report->rows[6], CHECK_PASS, "elapsed", "ns");
	measured(&report->rows[6]);
	report->rows[6].role = CHECK_CONTROL;
	return report;
}

static void every_format_is_written(void **state)
{
	struct check_report *report = a_report();

	(void)state;
	for (int i = 0; check_format_names[i]; i++) {
		char path[64];
		FILE *out;

		(void)snprintf(
			path, sizeof(path), "check.%s", check_format_names[i]);
		out = fopen(path, "w");
		assert_non_null(out);
		assert_int_equal(
			check_write(out, report, (enum check_format)i), 0);
		assert_true(ftell(out) > 0);
		assert_int_equal(fclose(out), 0);
	}
	check_report_free(report);
}

static void a_report_that_knows_nothing_is_written(void **state)
{
	struct check_report *report;
	FILE *out = fopen("/dev/null", "w");

	(void)state;
	assert_int_equal(check_report_create(&report, 1), 0);
	check_row_init(&report->rows[0]);
	for (int i = 0; check_format_names[i]; i++)
		assert_int_equal(
			check_write(out, report, (enum check_format)i), 0);
	assert_int_equal(fclose(out), 0);
	check_report_free(report);
}

/* The margin asked for, or the floor where that is more. */
static void the_table_tells_units_and_the_margin_that_decided(void **state)
{
	struct check_report *report = a_report();
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	report->rows[1].margin = 5;
	report->rows[5].margin = 0;
	assert_int_equal(check_write(out, report, CHECK_TABLE), 0);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text, " interval, %        margin "));
	assert_non_null(strstr(text, " elapsed, ms         50.00     60.00 "));
	assert_non_null(strstr(text, " +18.0 .. +22.0     +5.0 % "));
	assert_non_null(strstr(text, " +18.0 .. +22.0   +500.0 % "));
	assert_non_null(strstr(text, " connections             -"));
	free(text);
	check_report_free(report);
}

static void what_cannot_be_written_is_an_error(void **state)
{
	struct check_report *report = a_report();
	FILE *out = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(out);
	assert_int_equal(check_write(out, report, CHECK_JUNIT), -ENOSPC);
	(void)fclose(out);
	check_report_free(report);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_is_written),
		cmocka_unit_test(a_report_that_knows_nothing_is_written),
		cmocka_unit_test(
			the_table_tells_units_and_the_margin_that_decided),
		cmocka_unit_test(what_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
