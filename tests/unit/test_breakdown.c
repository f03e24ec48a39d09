/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures by any columns: who is in which group, and paired with whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/breakdown.h"
#include "harness/runs/quantiles.h"
#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

static const char *const folder = "run";

static void assert_near(double found, double expected)
{
	assert_true(fabs(found - expected) <= 1e-9 * fabs(expected) + 1e-9);
}

static struct listing *break_down(
	const char *keys, const char *metrics, const char *reference)
{
	const struct breakdown_terms terms = {
		.keys = keys, .metrics = metrics, .reference = reference};
	struct fr_error err = {.text = ""};
	struct listing *listing;

	(void)breakdown_create(&listing, &folder, 1, &terms, &err);
	assert_string_equal(err.text, "");
	assert_non_null(listing);
	return listing;
}

static const struct breakdown_row *row_at(
	const struct listing *listing, size_t i)
{
	assert_true(i < listing->groups * listing->metrics);
	return listing_row(listing, i);
}

/* Of a key, as it is shown. */
static void assert_key(const struct listing *listing, size_t i, size_t key,
	const char *expected)
{
	char text[ROWS_TEXT_MAX];

	csv_member(text, &listing->columns[key], listing_row(listing, i));
	assert_string_equal(text, expected);
}

static void any_column_groups_and_numbers_sort_as_numbers(void **state)
{
	struct run_fixture fixture;
	struct listing *listing;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (uint64_t c = 1; c <= 100; c *= 10) {
		run_fixture_add_valid(&fixture, "openmp", c, 1, 50);
		run_fixture_add_valid(&fixture, "epoll", c, 1, 40);
		run_fixture_add_valid(&fixture, "epoll", c, 2, 42);
	}
	run_fixture_end(&fixture);
	listing = break_down("concurrency,strategy", "elapsed_ns", NULL);
	assert_int_equal(listing->groups, 6);
	assert_key(listing, 0, 0, "1");
	assert_key(listing, 2, 0, "10");
	assert_key(listing, 4, 0, "100");
	assert_key(listing, 4, 1, "epoll");
	assert_near(row_at(listing, 4)->median.value, 41e6);
	assert_near(row_at(listing, 4)->least, 40e6);
	assert_near(row_at(listing, 4)->most, 42e6);
	assert_int_equal(row_at(listing, 4)->trials, 2);
	assert_true(isnan(row_at(listing, 4)->ratio.value));
	listing_free(listing);

	listing = break_down("verdict", "total_ns,requests,efficiency", NULL);
	assert_int_equal(listing->groups, 1);
	assert_key(listing, 0, 0, "valid");
	assert_near(row_at(listing, 0)->median.value, 44e6);
	assert_near(row_at(listing, 1)->median.value, 20);
	assert_string_equal(row_at(listing, 2)->head.metric, "efficiency");
	listing_free(listing);
}

/* What the harness has seen itself goes before what the parts add up to. */
static void totals_and_cpu_time_are_made_of_parts_only_in_older_rows(
	void **state)
{
	struct run_fixture fixture;
	struct listing *listing;
	struct trial_row row;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 2; b++) {
		row = run_fixture_trial(&fixture, "openmp", 20, b, 50);
		row.setup_ns = row.teardown_ns = 1000000;
		row.cpu_user_ns = row.cpu_sys_ns = 2000000;
		if (b == 2) {
			row.total_ns = 60000000;
			row.cpu_ns = 9000000;
		}
		run_fixture_add(&fixture, &row);
	}
	run_fixture_end(&fixture);
	listing = break_down("block", "total_ns,cpu_ns", NULL);
	assert_int_equal(listing->groups, 2);
	assert_near(row_at(listing, 0)->median.value, 52e6);
	assert_near(row_at(listing, 1)->median.value, 60e6);
	assert_near(row_at(listing, 2)->median.value, 4e6);
	assert_near(row_at(listing, 3)->median.value, 9e6);
	listing_free(listing);
}

static void ratios_pair_by_block_with_the_reference_of_the_same_work(
	void **state)
{
	struct run_fixture fixture;
	struct listing *listing;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 8; b++) {
		struct trial_row other;

		/* The machine slows down; the ratio does not. */
		run_fixture_add_valid(&fixture, "sequential", 1, b, 100 * b);
		run_fixture_add_valid(&fixture, "openmp", 20, b, 10 * b);
		other = run_fixture_trial(&fixture, "openmp", 20, b, 7);
		(void)snprintf(other.workload.latency,
			sizeof(other.workload.latency), "1ms");
		run_fixture_add(&fixture, &other);
	}
	run_fixture_end(&fixture);
	listing = break_down("strategy,latency", "elapsed_ns", NULL);
	assert_string_equal(listing->reference, "sequential");
	assert_key(listing, 0, 1, "1ms");
	assert_true(isnan(row_at(listing, 0)->ratio.value));
	assert_near(row_at(listing, 1)->ratio.value, 0.1);
	assert_near(row_at(listing, 1)->ratio.low, 0.1);
	assert_near(row_at(listing, 1)->ratio.high, 0.1);
	assert_near(row_at(listing, 2)->ratio.value, 1);
	listing_free(listing);

	listing = break_down(
		"strategy,concurrency,latency", "elapsed_ns", "openmp@20");
	assert_near(row_at(listing, 2)->ratio.value, 10);
	listing_free(listing);
}

static void trials_of_one_block_count_as_one_in_a_pair(void **state)
{
	struct run_fixture fixture;
	struct listing *listing;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 6; b++) {
		run_fixture_add_valid(&fixture, "sequential", 1, b, 100);
		run_fixture_add_valid(&fixture, "openmp", 4, b, 20);
		run_fixture_add_valid(&fixture, "openmp", 8, b, 30);
		run_fixture_add_valid(&fixture, "openmp", 16, b, 90);
	}
	run_fixture_end(&fixture);
	listing = break_down("strategy", "elapsed_ns", NULL);
	assert_near(row_at(listing, 0)->ratio.value, 0.3);
	assert_near(row_at(listing, 0)->ratio.low, 0.3);
	assert_int_equal(row_at(listing, 0)->trials, 18);
	listing_free(listing);
}

static void blocks_of_different_runs_are_not_the_same_block(void **state)
{
	static const char *const folders[] = {"run", "run2"};
	const struct breakdown_terms terms = {.keys = "strategy",
		.metrics = "elapsed_ns",
		.reference = "sequential"};
	struct run_fixture fixture;
	struct listing *listing;
	struct fr_error err;

	(void)state;
	for (int i = 0; i < 2; i++) {
		run_fixture_begin(&fixture, folders[i]);
		for (int b = 1; b <= 3; b++) {
			run_fixture_add_valid(
				&fixture, "sequential", 1, b, i ? 1000 : 100);
			run_fixture_add_valid(
				&fixture, "openmp", 4, b, i ? 500 : 50);
		}
		run_fixture_end(&fixture);
	}
	assert_int_equal(
		breakdown_create(&listing, folders, 2, &terms, &err), 0);
	assert_int_equal(row_at(listing, 0)->trials, 6);
	assert_near(row_at(listing, 0)->ratio.low, 0.5);
	assert_near(row_at(listing, 0)->ratio.high, 0.5);
	listing_free(listing);
}

static void assert_refused(const char *keys, const char *metrics,
	const char *reference, const char *word)
{
	const struct breakdown_terms terms = {
		.keys = keys, .metrics = metrics, .reference = reference};
	struct fr_error err = {.text = ""};
	struct listing *listing;

	assert_int_equal(
		breakdown_create(&listing, &folder, 1, &terms, &err), -1);
	assert_null(listing);
	assert_string_equal(err.text, word);
}

static void what_is_unknown_is_told_with_the_nearest(void **state)
{
	struct run_fixture fixture;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 100);
	run_fixture_end(&fixture);
	assert_refused("stratgy", "elapsed_ns", NULL,
		"trials.csv has no column 'stratgy'; "
		"did you mean 'strategy'?");
	assert_refused("strategy", "elapsed", NULL,
		"trials.csv has no numeric column 'elapsed'; "
		"did you mean 'elapsed_ns'?");
	assert_refused("strategy", "verdict", NULL,
		"trials.csv has no numeric column 'verdict'");
	assert_refused("", "elapsed_ns", NULL, "trials.csv has no column ''");
	assert_refused("strategy,strategy", "elapsed_ns", NULL,
		"'strategy' is given twice among the columns to group by");
	assert_refused("strategy", "elapsed_ns", "seqential",
		"--reference 'seqential': no such strategy was run; "
		"did you mean 'sequential'?");
	assert_refused("concurrency", "elapsed_ns", "sequential",
		"--reference needs strategy among the columns to group by");
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void an_older_file_with_fewer_columns_is_read(void **state)
{
	struct listing *listing;

	(void)state;
	write_text("run/trials.csv",
		"schema_version,run,block,trial,strategy,concurrency,requests,"
		"verdict,elapsed_ns\n"
		"1,old,1,1,openmp,20,20,valid,50000000\n");
	listing = break_down(GROUPING_BY_CELL, "elapsed_ns,cpu_ns", NULL);
	assert_near(row_at(listing, 0)->median.value, 50e6);
	assert_int_equal(row_at(listing, 1)->trials, 0);
	assert_true(isnan(row_at(listing, 1)->median.value));
	listing_free(listing);
}

/* A trial with requests that take 1, 2, .. count ms. */
static void add_requests(struct run_fixture *fixture, const char *strategy,
	enum trial_verdict verdict, int count)
{
	struct trial_row trial =
		run_fixture_trial(fixture, strategy, 4, 1, 100);

	trial.verdict = verdict;
	run_fixture_add(fixture, &trial);
	for (int i = 1; i <= count; i++)
		run_fixture_add_request(fixture, &trial, "/x", i);
}

static void requests_of_valid_trials_have_quantiles(void **state)
{
	struct run_fixture fixture;
	const struct quantiles_row *row;
	struct listing *listing;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, folder);
	add_requests(&fixture, "openmp", VERDICT_VALID, 600);
	add_requests(&fixture, "openmp", VERDICT_INVALID, 5000);
	add_requests(&fixture, "epoll", VERDICT_VALID, 10);
	add_requests(&fixture, "openmp", VERDICT_VALID, 400);
	run_fixture_end(&fixture);
	assert_int_equal(quantiles_create(&listing, &folder, 1, "strategy",
				 "latency_ns,start_ns", &err),
		0);
	assert_int_equal(listing->groups, 2);
	row = listing_row(listing, 1);
	assert_int_equal(row->requests, 1000);
	assert_near(row->least, 1e6);
	assert_near(row->most, 600e6);
	assert_near(row->mean, (600 * 300.5 + 400 * 200.5) / 1000 * 1e6);
	/* Up to 400 there are two of each. */
	assert_true(fabs(row->p50 / 250e6 - 1) < 0.0005);
	assert_true(fabs(row->p90 / 500e6 - 1) < 0.0005);
	assert_true(fabs(row->p99_9 / 599e6 - 1) < 0.0005);
	row = listing_row(listing, 0);
	assert_int_equal(row->requests, 10);
	assert_true(isnan(row->p99));
	row = listing_row(listing, 3);
	assert_near(row->most, 0);
	listing_free(listing);

	assert_int_equal(quantiles_create(&listing, &folder, 1, "strategy",
				 "latency", &err),
		-1);
	assert_string_equal(err.text,
		"requests.csv has no numeric column 'latency'; "
		"did you mean 'latency_ns'?");
}

/* What a killed run and other programs' files may hold. */
static void requests_that_tell_nothing_are_left_out(void **state)
{
	struct run_fixture fixture;
	const struct quantiles_row *row;
	struct listing *listing;
	struct fr_error err;

	(void)state;
	run_fixture_begin(&fixture, folder);
	add_requests(&fixture, "openmp", VERDICT_VALID, 1);
	run_fixture_end(&fixture);
	write_text("run/requests.csv",
		"end_ns,start_ns,note,trial\n"
		"900,100,\"one, of \"\"it\"\"\",1\n"
		"100,900,ends before its start,1\n"
		",100,never ended,1\n"
		"500000,0,its trial has no row,2\n"
		"500000,0,half a ro");
	assert_int_equal(quantiles_create(&listing, &folder, 1, "strategy",
				 "latency_ns", &err),
		0);
	row = listing_row(listing, 0);
	assert_int_equal(row->requests, 1);
	assert_near(row->most, 800);
	/* of one there is no hundredth */
	assert_true(isnan(row->p99));
	assert_true(isnan(row->p99_9));
	listing_free(listing);

	write_text("run/requests.csv", "end_ns,start_ns\n900,100\n");
	assert_int_equal(quantiles_create(&listing, &folder, 1, "strategy",
				 "latency_ns", &err),
		-1);
	assert_string_equal(
		err.text, "run/requests.csv:1: expected a column trial");
	write_text("run/requests.csv", "trial,end_ns,start_ns\n1,9x,1\n");
	assert_int_equal(quantiles_create(&listing, &folder, 1, "strategy",
				 "latency_ns", &err),
		-1);
	assert_string_equal(err.text,
		"run/requests.csv:2: column end_ns: expected a whole number, "
		"found \"9x\"");
}

static char *render(const struct listing *listing, enum table_format format)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(listing_write(out, listing, format), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void beside_failures_there_is_no_ratio(void **state)
{
	struct run_fixture fixture;
	struct listing *listing;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_ok(&fixture, "sequential", 1, 100, 20);
	run_fixture_add_ok(&fixture, "openmp", 20, 10, 5);
	run_fixture_add_ok(&fixture, "epoll", 20, 10, 19);
	run_fixture_end(&fixture);
	listing = break_down("strategy", "elapsed_ns", NULL);
	assert_near(row_at(listing, 0)->ratio.value, 0.1);
	assert_true(isnan(row_at(listing, 1)->ratio.value));
	assert_int_equal(row_at(listing, 1)->failed, 15);
	text = render(listing, TABLE_TEXT);
	assert_non_null(strstr(text, "failed"));
	assert_non_null(
		strstr(text, "its requests than the other, there is no ratio"));
	free(text);
	listing_free(listing);
}

static void people_see_what_differs_and_programs_everything(void **state)
{
	struct run_fixture fixture;
	struct listing *listing;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "a|b", 1, 1, 100);
	run_fixture_add_valid(&fixture, "c", 1, 1, 200);
	run_fixture_end(&fixture);
	listing = break_down("strategy,latency,fault", "elapsed_ns", NULL);
	text = render(listing, TABLE_TEXT);
	assert_string_equal(text,
		"elapsed_ns\n"
		"\n"
		"strategy  median  low  high  least   most  trials\n"
		"              ms   ms    ms     ms     ms\n"
		"a|b        100.0    -     -  100.0  100.0       1\n"
		"c          200.0    -     -  200.0  200.0       1\n"
		"\n"
		"All of latency 50ms.\n"
		"Of valid trials; low and high: the exact 95 % interval of "
		"the median, from 6 trials on.\n");
	free(text);
	text = render(listing, TABLE_MARKDOWN);
	assert_non_null(strstr(text, "| a\\|b | 100.0 | - |"));
	free(text);
	text = render(listing, TABLE_CSV);
	assert_string_equal(text,
		"strategy,latency,fault,metric,unit,median,low,high,least,"
		"most,trials,ratio,ratio_low,ratio_high,failed\n"
		"a|b,50ms,,elapsed_ns,ns,100000000,,,100000000,100000000,1,,,,\n"
		"c,50ms,,elapsed_ns,ns,200000000,,,200000000,200000000,1,,,,\n");
	free(text);
	text = render(listing, TABLE_JSON);
	assert_non_null(strstr(text, "\"median\": 100000000.0"));
	assert_non_null(strstr(text, "\"low\": null"));
	free(text);
	listing_free(listing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_column_groups_and_numbers_sort_as_numbers),
		cmocka_unit_test(
			totals_and_cpu_time_are_made_of_parts_only_in_older_rows),
		cmocka_unit_test(
			ratios_pair_by_block_with_the_reference_of_the_same_work),
		cmocka_unit_test(beside_failures_there_is_no_ratio),
		cmocka_unit_test(trials_of_one_block_count_as_one_in_a_pair),
		cmocka_unit_test(
			blocks_of_different_runs_are_not_the_same_block),
		cmocka_unit_test(what_is_unknown_is_told_with_the_nearest),
		cmocka_unit_test(an_older_file_with_fewer_columns_is_read),
		cmocka_unit_test(requests_of_valid_trials_have_quantiles),
		cmocka_unit_test(requests_that_tell_nothing_are_left_out),
		cmocka_unit_test(
			people_see_what_differs_and_programs_everything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
