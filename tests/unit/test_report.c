/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the page of a report has of a run: its answer, its trials, its requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "harness/report/report.h"
#include "tests/unit/run_fixture.h"

/* The page of some runs, which the caller frees. */
static char *page_of(const char *const *runs, size_t count)
{
	const struct report_terms terms = {.run_dirs = runs,
		.runs = count,
		.out = "page.html",
		.stop_fd = -1};
	struct fr_error note, err = {.text = ""};
	char *page;
	FILE *file;
	long size;

	if (report_write(&terms, &note, &err))
		fail_msg("%s", err.text);
	file = fopen("page.html", "r");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size > 0);
	rewind(file);
	page = calloc(1, (size_t)size + 1);
	assert_non_null(page);
	assert_int_equal(fread(page, 1, (size_t)size, file), (size_t)size);
	assert_int_equal(fclose(file), 0);
	return page;
}

/* The data of the page, which the caller frees. */
static json_t *data_of(const char *page)
{
	static const char start[] =
		"<script type=\"application/json\" id=\"requests\">";
	const char *at = strstr(page, start);
	json_error_t where;
	json_t *data;

	assert_non_null(at);
	at += strlen(start);
	data = json_loadb(
		at, (size_t)(strstr(at, "</script>") - at), 0, &where);
	if (!data)
		fail_msg("%s", where.text);
	return data;
}

static void assert_list(
	const json_t *trial, const char *name, const char *expected)
{
	char *text = json_dumps(json_object_get(trial, name), JSON_COMPACT);

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
}

/* A slow cell is run first, so that the order of the tables is another one. */
static void make_run(const char *directory)
{
	struct run_fixture fixture;
	struct trial_row bad;

	run_fixture_begin(&fixture, directory);
	run_fixture_add_valid(&fixture, "slow", 1, 1, 70);
	run_fixture_add_valid(&fixture, "fast", 8, 1, 60);
	bad = run_fixture_trial(&fixture, "fast", 8, 2, 10);
	bad.verdict = VERDICT_INVALID;
	(void)snprintf(bad.reason, sizeof(bad.reason), "10 < 50 & <b>");
	run_fixture_add(&fixture, &bad);
	run_fixture_add_request(&fixture, &bad, "/flags/cn/cn.gif", 10);
	run_fixture_end(&fixture);
}

static void a_page_has_the_answer_and_what_was_left_out(void **state)
{
	const char *const runs[] = {"answer"};
	char *page;

	(void)state;
	make_run("answer");
	page = page_of(runs, 1);
	assert_non_null(strstr(page, "<h1>fast@8 was fastest.</h1>"));
	assert_non_null(strstr(page, "2 of 3 trials are valid."));
	assert_non_null(strstr(page, "10 &lt; 50 &amp; &lt;b&gt;"));
	assert_non_null(strstr(page, "1 of 3 trials give no figures"));
	assert_null(strstr(page, "{{"));
	free(page);
}

static void requests_are_those_of_trials_that_count(void **state)
{
	const char *const runs[] = {"requests"};
	const json_t *run, *trials, *trial;
	json_t *data;
	char *page;

	(void)state;
	make_run("requests");
	page = page_of(runs, 1);
	data = data_of(page);
	free(page);
	run = json_array_get(data, 0);
	trials = json_object_get(run, "trials");
	assert_int_equal(json_array_size(trials), 2);
	trial = json_array_get(trials, 0);
	assert_string_equal(
		json_string_value(json_object_get(trial, "cell")), "fast@8");
	assert_list(trial, "i", "[0]");
	assert_list(trial, "w", "[0]");
	assert_list(trial, "s", "[0]");
	assert_list(trial, "e", "[60000]");
	assert_list(trial, "x", "[]");
	json_decref(data);
}

static void runs_stand_beside_each_other(void **state)
{
	const char *const runs[] = {"one", "two"};
	json_t *data;
	char *page;

	(void)state;
	make_run("one");
	make_run("two");
	page = page_of(runs, 2);
	assert_non_null(strstr(page, "<h1>2 runs beside each other</h1>"));
	assert_non_null(strstr(page, "The runs beside each other</h2>"));
	assert_non_null(strstr(page, ">+0.0 %</td>"));
	data = data_of(page);
	assert_int_equal(json_array_size(data), 2);
	json_decref(data);
	free(page);
}

static void what_cannot_be_written_is_an_error(void **state)
{
	const char *const runs[] = {"answer"};
	const struct report_terms terms = {.run_dirs = runs,
		.runs = 1,
		.out = "nosuch/page.html",
		.stop_fd = -1};
	struct fr_error note, err = {.text = ""};

	(void)state;
	make_run("answer");
	assert_int_equal(report_write(&terms, &note, &err), -1);
	assert_int_equal(err.status, EXIT_USAGE);
	assert_non_null(strstr(err.text, "nosuch/page.html"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_the_answer_and_what_was_left_out),
		cmocka_unit_test(requests_are_those_of_trials_that_count),
		cmocka_unit_test(runs_stand_beside_each_other),
		cmocka_unit_test(what_cannot_be_written_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
