/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table as people and programs get it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

static const char golden_run[] = FLAGRACE_SOURCE_DIR "/tests/fixtures/run";
static const char golden_table[] =
	FLAGRACE_SOURCE_DIR "/tests/fixtures/run-table.txt";

/* What table_write makes of that run; the caller's to free. */
static char *render(const char *run, enum table_format format)
{
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(
		run_fixture_summary(&summary, run, CLOCK_TOTAL, &err), 0);
	assert_int_equal(table_write(out, summary, format), 0);
	assert_int_equal(fclose(out), 0);
	summary_free(summary);
	return text;
}

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

static void few_trials_are_said_to_be_few(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 1000);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 48);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "; 1 trial of each\n"));
	assert_non_null(strstr(text,
		"openmp@20 was fastest, 20.0 times as fast as sequential.\n"));
	assert_non_null(strstr(text,
		"A 95 % interval needs at least 6 valid trials; "
		"with fewer, the order may be chance.\n"));
	/* Nothing is known of who is close to whom. */
	assert_null(strstr(text, "Not distinguishable"));
	assert_non_null(strstr(text, "2 of 2 trials are valid"));
	free(text);
}

static void without_a_valid_trial_nobody_was_fastest(void **state)
{
	struct run_fixture fixture;
	struct trial_row trial;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 60);
	trial.verdict = VERDICT_FAILED;
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "No strategy has a valid trial.\n"));
	assert_non_null(strstr(text, "1 failed: no reason was recorded\n"));
	assert_non_null(strstr(text, "No trial is valid, so there is no "));
	assert_null(strstr(text, "are valid"));
	assert_null(strstr(text, "fastest"));
	free(text);
}

static void the_floor_alone_is_no_strategy_to_be_fastest(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_valid(&fixture, "null", 1, 1, 0.1);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(
		strstr(text, "No strategy but null has a valid trial.\n"));
	assert_non_null(strstr(text, "1 of 1 trials are valid"));
	free(text);
}

static void failed_requests_are_told_with_their_row(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_ok(&fixture, "epoll", 20, 1, 0);
	run_fixture_add_ok(&fixture, "openmp", 20, 60, 15);
	run_fixture_add_ok(&fixture, "multi", 20, 70, 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "openmp@20 was fastest.\n"));
	assert_non_null(
		strstr(text, "\n      5 of 20 requests failed (25.0 %)\n"));
	assert_non_null(
		strstr(text, "\n      all 20 requests failed, not ranked\n"));
	assert_null(strstr(text, "20 of 20 req"));
	free(text);
	text = render("run", TABLE_MARKDOWN);
	assert_non_null(strstr(
		text, "1/1 valid, 5 of 20 requests failed (25.0 %) |\n| 2 | "));
	assert_non_null(strstr(
		text, "1/1 valid, all 20 requests failed, not ranked |\n"));
	free(text);
}

/* Adds a trial with those failures, so many. */
static void add_failures(struct run_fixture *fixture, const char *strategy,
	const char *failures, uint64_t failed)
{
	struct trial_row trial =
		run_fixture_trial(fixture, strategy, 20, 1, 60);

	trial.ok = trial.workload.requests - failed;
	trial.net_error = failed;
	(void)snprintf(trial.failures, sizeof(trial.failures), "%s", failures);
	run_fixture_add(fixture, &trial);
}

static void failures_are_told_with_their_causes_and_remedies(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_failures(&fixture, "openmp", "12 reset; 3 no-port", 15);
	add_failures(&fixture, "openmp", "4 no-port", 4);
	add_failures(&fixture, "epoll", "20 status-301", 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text,
		"\n      19 of 40 requests failed (47.5 %): "
		"12 × reset, 7 × no local port\n"));
	assert_non_null(strstr(text,
		"\n      all 20 requests failed, not ranked: 20 × 301, "
		"not followed\n"));
	assert_non_null(strstr(text,
		"\nno local port: reuse connections, or widen "
		"net.ipv4.ip_local_port_range.\n"));
	assert_non_null(
		strstr(text, "\n301, not followed: request the URL that"));
	assert_null(strstr(text, "\nreset:"));
	free(text);
	text = render("run", TABLE_CSV);
	assert_non_null(strstr(text, "12 reset; 7 no-port"));
	free(text);
}

static void who_fails_more_is_told_below_and_not_ranked(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_failures(&fixture, "http2", "11 reset", 11);
	run_fixture_add_ok(&fixture, "epoll", 20, 90, 20);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(text, "epoll@20 was fastest.\n"));
	assert_non_null(strstr(text,
		"\n      11 of 20 requests failed (55.0 %), not ranked: "
		"11 × reset\n"));
	assert_non_null(
		strstr(text, "\nNot ranked, though measured: http2@20.\n"));
	assert_non_null(strstr(text, "failed than of epoll@20\n(Fisher's"));
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

static void where_every_request_failed_no_strategy_is_ranked(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "run");
	run_fixture_add_ok(&fixture, "epoll", 20, 1, 0);
	run_fixture_add_ok(&fixture, "openmp", 20, 2, 0);
	run_fixture_end(&fixture);
	text = render("run", TABLE_TEXT);
	assert_non_null(strstr(
		text, "No request succeeded, so no strategy is ranked.\n"));
	assert_null(strstr(text, "@20 was fastest"));
	assert_null(strstr(text, "Not distinguishable"));
	free(text);
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

/* Adds a trial of a cell that tries again, with its p99 and retries. */
static void add_tried(struct run_fixture *fixture, const char *strategy,
	const char *fault, double ms, uint64_t retries)
{
	struct trial_row row = run_fixture_trial(fixture, strategy, 20, 1, ms);

	(void)snprintf(
		row.workload.fault, sizeof(row.workload.fault), "%s", fault);
	(void)snprintf(row.workload.retry, sizeof(row.workload.retry), "3");
	row.latency_p99_ns = (uint64_t)(ms * 2e6);
	row.ok = row.workload.requests;
	row.retries = retries;
	row.retry_wait_ns = retries * 5000000;
	run_fixture_add(fixture, &row);
}

static void retries_are_told_with_their_price(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	run_fixture_begin(&fixture, "tried");
	add_tried(&fixture, "multi-poll", "", 100, 0);
	add_tried(&fixture, "multi-poll", "503:5%", 150, 7);
	add_tried(&fixture, "epoll", "", 100, 0);
	add_tried(&fixture, "epoll", "503:5%", 125, 7);
	add_tried(&fixture, "openmp", "503:5%", 500, 7);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, "tried", CLOCK_ELAPSED, &err), 0);
	assert_int_equal(table_write(out, summary, TABLE_TEXT), 0);
	prices_write(out, summary);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text,
		"      items tried again: 7 times a trial, after 5.000 ms on "
		"average\n"));
	assert_non_null(strstr(text,
		"\nWith faults 503:5%, every item ended well, after up to 7 "
		"retries a trial.\n"
		"  Compared with no such failures, it took 1.25 (epoll@20) to "
		"1.50 times (multi-poll@20) as long,\n"
		"  and the p99 latency was 1.25 to 1.50 times as long.\n"));
	free(text);
	summary_free(summary);
}

/* Six trials of a cell over a link: exactly enough for an interval. */
static void add_linked(struct run_fixture *fixture, const char *strategy,
	const char *link, const char *connections, double ms)
{
	for (int block = 1; block <= 6; block++) {
		struct trial_row row = run_fixture_trial(
			fixture, strategy, 20, block, ms + block);

		(void)snprintf(row.workload.link, sizeof(row.workload.link),
			"%s", link);
		(void)snprintf(row.workload.connections,
			sizeof(row.workload.connections), "%s", connections);
		run_fixture_add(fixture, &row);
	}
}

static void what_a_link_decides_is_told(void **state)
{
	static const char loss[] = "rtt=40ms,loss=2%";
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	run_fixture_begin(&fixture, "linked");
	add_linked(&fixture, "http2", "lan", "reuse", 96.5);
	add_linked(&fixture, "multi-poll", "lan", "reuse", 146.5);
	add_linked(&fixture, "multi-poll", "lan", "fresh", 196.5);
	add_linked(&fixture, "http2", loss, "reuse", 796.5);
	add_linked(&fixture, "multi-poll", loss, "reuse", 396.5);
	add_linked(&fixture, "multi-poll", loss, "fresh", 796.5);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, "linked", CLOCK_ELAPSED, &err),
		0);
	links_write(out, summary);
	assert_int_equal(fclose(out), 0);
	assert_non_null(strstr(text,
		"\nWhat the link decides:\n"
		"  lan: http2@20 was fastest, 100.0 [97.5, 102.5] ms;\n"
		"    compared with that: multi-poll@20 1.50\303\227, "
		"multi-poll@20 (fresh) 2.00\303\227.\n"));
	assert_non_null(strstr(text,
		"  Their order turns: http2@20 was faster than multi-poll@20 "
		"over lan,\n"
		"    and slower over rtt=40ms,loss=2%.\n"));
	assert_non_null(strstr(text,
		"  A new connection for each request took 1.33 (multi-poll@20, "
		"lan) to 2.00 times\n"
		"    (multi-poll@20, rtt=40ms,loss=2%) as long.\n"));
	free(text);
	summary_free(summary);
}

static void one_link_decides_nothing(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	run_fixture_begin(&fixture, "one-link");
	add_linked(&fixture, "http2", "lan", "reuse", 96.5);
	add_linked(&fixture, "multi-poll", "lan", "reuse", 146.5);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, "one-link", CLOCK_ELAPSED, &err),
		0);
	links_write(out, summary);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(length, 0);
	free(text);
	summary_free(summary);
}

static void add_secure(struct run_fixture *fixture, const char *strategy,
	const char *tls, double ms, uint64_t cpu_ms)
{
	struct trial_row row = run_fixture_trial(fixture, strategy, 20, 1, ms);

	(void)snprintf(row.workload.tls, sizeof(row.workload.tls), "%s", tls);
	row.connections_opened = 20;
	row.cpu_ns = cpu_ms * 1000000;
	run_fixture_add(fixture, &row);
}

static void tls_is_told_with_its_cost(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	(void)state;
	assert_non_null(out);
	run_fixture_begin(&fixture, "secure");
	add_secure(&fixture, "multi-poll", "", 100, 10);
	add_secure(&fixture, "multi-poll", "full", 150, 40);
	add_secure(&fixture, "http2", "", 100, 10);
	add_secure(&fixture, "http2", "full", 110, 20);
	add_secure(&fixture, "openmp", "full", 500, 20);
	run_fixture_end(&fixture);
	assert_int_equal(
		run_fixture_summary(&summary, "secure", CLOCK_ELAPSED, &err),
		0);
	tls_costs_write(out, summary);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text,
		"\nWith TLS full it took 1.10 (http2@20, reuse) to 1.50 times "
		"(multi-poll@20, reuse) as long as in plain HTTP;\n"
		"  each connection cost the client 0.50 to 1.50 ms more of CPU "
		"time.\n");
	free(text);
	summary_free(summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retries_are_told_with_their_price),
		cmocka_unit_test(tls_is_told_with_its_cost),
		cmocka_unit_test(what_a_link_decides_is_told),
		cmocka_unit_test(one_link_decides_nothing),
		cmocka_unit_test(the_table_of_a_known_run_is_known),
		cmocka_unit_test(lines_fit_100_columns),
		cmocka_unit_test(few_trials_are_said_to_be_few),
		cmocka_unit_test(without_a_valid_trial_nobody_was_fastest),
		cmocka_unit_test(the_floor_alone_is_no_strategy_to_be_fastest),
		cmocka_unit_test(who_opens_fewer_connections_is_told),
		cmocka_unit_test(the_fastest_ones_time_is_told_in_its_parts),
		cmocka_unit_test(an_open_loop_of_few_items_has_no_p99),
		cmocka_unit_test(failed_requests_are_told_with_their_row),
		cmocka_unit_test(
			failures_are_told_with_their_causes_and_remedies),
		cmocka_unit_test(who_fails_more_is_told_below_and_not_ranked),
		cmocka_unit_test(
			where_every_request_failed_no_strategy_is_ranked),
		cmocka_unit_test(csv_is_read_back_by_its_own_schema),
		cmocka_unit_test(json_has_the_same_cells_and_null_for_unknown),
		cmocka_unit_test(a_stream_that_is_full_is_an_error),
		cmocka_unit_test(bold_only_on_a_terminal_and_without_no_color),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
