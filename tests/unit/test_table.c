/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table as people and programs get it. */
#include "test_table.h"

#include <stdbool.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char golden_run[] = FLAGRACE_SOURCE_DIR "/tests/fixtures/run";
static const char golden_table[] =
	FLAGRACE_SOURCE_DIR "/tests/fixtures/run-table.txt";

static void the_table_of_a_known_run_is_known(void **state)
{
	char expected[8192];
	FILE *file = fopen(golden_table, "r");
	char *text = render(golden_run, TABLE_TEXT);
	size_t length;

	(void)state;
	assert_non_null(file);
	length = fread(expected, 1, sizeof(expected) - 1, file);
	expected[length] = '\0';
	(void)fclose(file);
	assert_string_equal(text, expected);
	free(text);
}

static void lines_fit_100_columns(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	for (int b = 1; b <= 100; b++) {
		run_fixture_add_valid(&fixture, "sequential", 1, b, 12345 + b);
		run_fixture_add_valid(
			&fixture, "pthread-as-completed", 20, b, 617 + b);
	}
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 102); /* 100/100 instead of 20/20 */
	free(text);
}

/* Adds a trial of that many requests, on connections opened for it. */
static void add_connections(struct run_fixture *fixture, const char *strategy,
	uint64_t requests, uint64_t concurrency, const char *connections,
	uint64_t opened)
{
	struct trial_row trial = run_fixture_trial(
		fixture, strategy, concurrency, 1, (double)concurrency);

	trial.workload.requests = requests;
	trial.connections_opened = opened;
	(void)snprintf(trial.workload.connections,
		sizeof(trial.workload.connections), "%s", connections);
	run_fixture_add(fixture, &trial);
}

static void who_opens_fewer_connections_is_told(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_connections(&fixture, "http2", 20, 19, "reuse", 1);
	add_connections(&fixture, "openmp", 20, 20, "reuse", 20);
	add_connections(&fixture, "sequential", 20, 1, "reuse", 1);
	add_connections(&fixture, "fork", 20, 20, "fresh", 20);
	add_connections(&fixture, "curl", 20, 20, "", 14);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(
		strstr(text, "      differs in: connections (1 of 19)\n"));
	assert_non_null(
		strstr(text, "      differs in: connections (fresh)\n"));
	assert_non_null(strstr(
		text, "      differs in: connections (its own: 14 opened)\n"));
	assert_null(strstr(text, "(20 of 20)"));
	assert_null(strstr(text, "(1 of 1)"));
	assert_null(strstr(text, "each connection serves one"));
	free(text);
	run_fixture_begin(&fixture, "run");
	add_connections(&fixture, "openmp", 20, 20, "reuse", 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "each connection serves one"));
	free(text);
}

static void the_fastest_ones_time_is_told_in_its_parts(void **state)
{
	struct run_fixture fixture;
	struct trial_row trial;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	for (int b = 1; b <= 3; b++) {
		trial = run_fixture_trial(&fixture, "epoll", 20, b, 50 + b);
		trial.server_late_ns = 500000;
		trial.dispatch_ns = (uint64_t)b * 250000;
		trial.rest_ns = (uint64_t)b * 750000 - 500000;
		run_fixture_add(&fixture, &trial);
	}
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text,
		"\nIts median trial, in ms: elapsed 52.00 = ideal 50.00 + "
		"server late 0.50 + dispatch 0.50 + rest 1.00.\n"));
	free(text);
}

static void an_open_loop_of_few_items_has_no_p99(void **state)
{
	static const uint64_t counts[] = {20, 100};
	struct run_fixture fixture;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct trial_row trial;
		char *text;

		run_fixture_begin(&fixture, "run");
		trial = run_fixture_trial(&fixture, "epoll", 20, 1, 50);
		trial.workload.requests = counts[i];
		trial.offered_rate = trial.achieved_rate = 400;
		trial.latency_p50_ns = 2000000;
		trial.latency_p99_ns = trial.queue_p99_ns = 9000000;
		run_fixture_add(&fixture, &trial);
		run_fixture_end(&fixture);
		text = render("run", TABLE_TEXT);
		assert_non_null(strstr(text,
			i ? "p50 2.000, p99 9.000 ms; wait for a worker: p99"
			  : "p50 2.000, at most 9.000 ms; wait for a worker: "
			    "at most 9.000 ms\n"));
		free(text);
	}
}

static int check_cell(void *ctx, const void *row, struct fr_error *err)
{
	size_t *cells = ctx;
	const struct summary_row *cell = row;

	(void)err;
	if (!*cells) {
		assert_string_equal(cell->strategy, "pthread-as-completed");
		assert_int_equal(cell->concurrency, 20);
		assert_int_equal(cell->rank, 1);
		assert_int_equal(cell->verdicts[VERDICT_VALID], 8);
		assert_true(cell->total.low < cell->total.value);
	}
	++*cells;
	return 0;
}

static void csv_is_read_back_by_its_own_schema(void **state)
{
	char *text = render(golden_run, TABLE_CSV);
	FILE *file = fopen("summary.csv", "w");
	struct fr_error err;
	size_t cells = 0;

	(void)state;
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(csv_read("summary.csv", &summary_schema, check_cell,
				 &cells, NULL, &err),
		0);
	assert_int_equal(cells, 7);
	free(text);
}

static void json_has_the_same_cells_and_null_for_unknown(void **state)
{
	char *text = render(golden_run, TABLE_JSON);
	json_error_t where;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &where);
	json_t *cells, *first, *last;

	(void)state;
	assert_non_null(root);
	assert_int_equal(
		json_integer_value(json_object_get(root, "schema_version")), 1);
	assert_string_equal(
		json_string_value(json_object_get(root, "clock")), "total");
	cells = json_object_get(root, "cells");
	assert_int_equal(json_array_size(cells), 7);
	first = json_array_get(cells, 0);
	last = json_array_get(cells, 6);
	assert_int_equal(json_object_size(first), summary_schema.count);
	assert_int_equal(json_integer_value(json_object_get(first, "rank")), 1);
	assert_true(
		json_real_value(json_object_get(first, "ideal_ns")) == 50e6);
	assert_string_equal(
		json_string_value(json_object_get(last, "strategy")), "null");
	assert_true(json_is_null(json_object_get(last, "rank")));
	assert_true(json_is_null(json_object_get(last, "speed_up")));
	json_decref(root);
	free(text);
}

static void a_stream_that_is_full_is_an_error(void **state)
{
	struct summary *summary;
	struct fr_error err;

	(void)state;
	assert_int_equal(
		run_fixture_summary(&summary, golden_run, CLOCK_TOTAL, &err),
		0);
	for (int format = TABLE_TEXT; format <= TABLE_JSON; format++) {
		FILE *full = fopen("/dev/full", "w");

		assert_non_null(full);
		assert_int_equal(
			table_write(full, summary, (enum table_format)format),
			-EIO);
		(void)fclose(full);
	}
	summary_free(summary);
}

/* Whether the table is bold on a terminal, with that NO_COLOR. */
static bool is_bold(const struct summary *summary, const char *no_color)
{
	char text[4096];
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	size_t have = 0;
	FILE *out;

	assert_true(terminal >= 0);
	assert_int_equal(grantpt(terminal), 0);
	assert_int_equal(unlockpt(terminal), 0);
	out = fopen(ptsname(terminal), "w");
	assert_non_null(out);
	if (no_color)
		assert_int_equal(setenv("NO_COLOR", no_color, 1), 0);
	else
		assert_int_equal(unsetenv("NO_COLOR"), 0);
	assert_int_equal(table_write(out, summary, TABLE_TEXT), 0);
	/* A terminal hands over in pieces: read on to the closing words. */
	for (text[0] = '\0'; !strstr(text, "may be chance.");
		text[have] = '\0') {
		ssize_t n =
			read(terminal, text + have, sizeof(text) - 1 - have);

		assert_true(n > 0);
		have += (size_t)n;
	}
	assert_int_equal(fclose(out), 0);
	assert_int_equal(close(terminal), 0);
	return strchr(text, '\033') != NULL;
}

static void bold_only_on_a_terminal_and_without_no_color(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 48);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, "run", CLOCK_TOTAL, &err), 0);
	assert_true(is_bold(summary, NULL));
	assert_true(is_bold(summary, ""));
	assert_false(is_bold(summary, "1"));
	assert_int_equal(unsetenv("NO_COLOR"), 0);
	text = render("run", TABLE_TEXT);
	assert_null(strchr(text, '\033'));
	free(text);
	summary_free(summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_of_a_known_run_is_known),
		cmocka_unit_test(lines_fit_100_columns),
		cmocka_unit_test(who_opens_fewer_connections_is_told),
		cmocka_unit_test(the_fastest_ones_time_is_told_in_its_parts),
		cmocka_unit_test(an_open_loop_of_few_items_has_no_p99),
		cmocka_unit_test(csv_is_read_back_by_its_own_schema),
		cmocka_unit_test(json_has_the_same_cells_and_null_for_unknown),
		cmocka_unit_test(a_stream_that_is_full_is_an_error),
		cmocka_unit_test(bold_only_on_a_terminal_and_without_no_color),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
