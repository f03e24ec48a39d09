/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Summaries of files that are torn, empty, large, or of another version. */
#include "test_summary.h"

#include <stdbool.h>

#include <stdio.h>
#include <string.h>

#include "harness/runs/grouping.h"

static void a_total_with_an_unknown_part_is_unknown(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, folder);
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	trial.teardown_ns = FR_UNKNOWN;
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	assert_true(isnan(summary->rows[0].total.value));
	assert_near(summary->rows[0].elapsed.value, 60e6);
	assert_true(summary->rows[0].rank == FR_UNKNOWN);
	summary_free(summary);
}

static void a_torn_row_is_told(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_add_valid(&fixture, "openmp", 20, 2, 60);
	fixture.trials.length -= 3;
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	assert_true(summary->torn);
	assert_int_equal(summary->rows[0].trials, 1);
	summary_free(summary);
}

static void a_summary_has_room_for_thousands_of_cells_and_no_more(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;

	(void)state;
	for (uint64_t extra = 0; extra < 2; extra++) {
		run_fixture_begin(&fixture, folder);
		for (int64_t block = 1; block <= 2; block++)
			for (uint64_t c = 1; c <= GROUPING_GROUPS_MAX + extra;
				c++)
				run_fixture_add_valid(
					&fixture, "openmp", c, block, 60);
		run_fixture_end(&fixture);
		if (extra)
			break;
		summary = summarize(CLOCK_TOTAL);
		assert_int_equal(summary->count, GROUPING_GROUPS_MAX);
		assert_int_equal(summary->blocks, 2);
		summary_free(summary);
	}
	assert_int_equal(
		run_fixture_summary(&summary, folder, CLOCK_TOTAL, &err), -1);
	assert_string_equal(err.text,
		"trials.csv: out of memory, or more than 4096 cells, or "
		"1000000 trials of a cell");
}

static void nothing_to_summarize_is_an_error(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "openmp", 20, 0, 60);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, folder, CLOCK_TOTAL, &err), -1);
	assert_null(summary);
	assert_string_equal(
		err.text, "run/trials.csv: no trial outside warm-up");
	assert_int_equal(
		run_fixture_summary(&summary, "nowhere", CLOCK_TOTAL, &err),
		-1);
	assert_string_equal(err.text,
		"nowhere: No such file or directory; name the folder of a run");
	summary_free(NULL);
}

static void columns_of_a_newer_version_are_refused(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct trial_row trial;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, folder);
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	trial.schema_version = ROWS_SCHEMA_VERSION + 1;
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, folder, CLOCK_TOTAL, &err), -1);
	assert_string_equal(err.text,
		"run/trials.csv: written by a newer flagrace: "
		"schema_version is 2, and this one reads up to 1");
}

/* Only what the page of columns of a summary promises by its names. */
static void summary_columns_cover_each_row(void **state)
{
	bool speed_up = false;

	(void)state;
	assert_int_equal(summary_schema.row_size, sizeof(struct summary_row));
	for (size_t i = 0; i < summary_schema.count; i++) {
		const struct column *column = &summary_schema.columns[i];

		assert_true(column->offset + column->size <=
			summary_schema.row_size);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(
				column->name, summary_schema.columns[j].name);
		speed_up |= !strcmp(column->name, "speed_up_low");
	}
	assert_true(speed_up);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_total_with_an_unknown_part_is_unknown),
		cmocka_unit_test(a_torn_row_is_told),
		cmocka_unit_test(
			a_summary_has_room_for_thousands_of_cells_and_no_more),
		cmocka_unit_test(nothing_to_summarize_is_an_error),
		cmocka_unit_test(columns_of_a_newer_version_are_refused),
		cmocka_unit_test(summary_columns_cover_each_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
