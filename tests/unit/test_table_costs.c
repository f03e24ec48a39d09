/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the table tells below its ranks: the price of retries, links and TLS. */
#include "test_table.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* What `write` makes of that run; the caller's to free. */
static char *told(
	const char *run, void (*write)(FILE *, const struct summary *))
{
	struct summary *summary;
	struct fr_error err;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	assert_int_equal(
		run_fixture_summary(&summary, run, CLOCK_ELAPSED, &err), 0);
	write(out, summary);
	assert_int_equal(fclose(out), 0);
	summary_free(summary);
	return text;
}

static void table_and_prices_write(FILE *out, const struct summary *summary)
{
	assert_int_equal(table_write(out, summary, TABLE_TEXT), 0);
	prices_write(out, summary);
}

static void retries_are_told_with_their_price(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "tried");
	add_tried(&fixture, "multi-poll", "", 100, 0);
	add_tried(&fixture, "multi-poll", "503:5%", 150, 7);
	add_tried(&fixture, "epoll", "", 100, 0);
	add_tried(&fixture, "epoll", "503:5%", 125, 7);
	add_tried(&fixture, "openmp", "503:5%", 500, 7);
	run_fixture_end(&fixture);
	text = told("tried", table_and_prices_write);
	assert_non_null(strstr(text,
		"      items tried again: 7 times a trial, after 5.000 ms on "
		"average\n"));
	assert_non_null(strstr(text,
		"\nWith faults 503:5%, every item ended well, after up to 7 "
		"retries a trial.\n"
		"  Compared with no such failures, it took 1.25 (epoll@20) to "
		"1.50 times (multi-poll@20) as long,\n"
		"  and the longest latency was 1.25 to 1.50 times as long.\n"));
	free(text);
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
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "linked");
	add_linked(&fixture, "http2", "lan", "reuse", 96.5);
	add_linked(&fixture, "multi-poll", "lan", "reuse", 146.5);
	add_linked(&fixture, "multi-poll", "lan", "fresh", 196.5);
	add_linked(&fixture, "http2", loss, "reuse", 796.5);
	add_linked(&fixture, "multi-poll", loss, "reuse", 396.5);
	add_linked(&fixture, "multi-poll", loss, "fresh", 796.5);
	run_fixture_end(&fixture);
	text = told("linked", links_write);
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
}

static void one_link_decides_nothing(void **state)
{
	struct run_fixture fixture;
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "one-link");
	add_linked(&fixture, "http2", "lan", "reuse", 96.5);
	add_linked(&fixture, "multi-poll", "lan", "reuse", 146.5);
	run_fixture_end(&fixture);
	text = told("one-link", links_write);
	assert_string_equal(text, "");
	free(text);
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
	char *text;

	(void)state;
	run_fixture_begin(&fixture, "secure");
	add_secure(&fixture, "multi-poll", "", 100, 10);
	add_secure(&fixture, "multi-poll", "full", 150, 40);
	add_secure(&fixture, "http2", "", 100, 10);
	add_secure(&fixture, "http2", "full", 110, 20);
	add_secure(&fixture, "openmp", "full", 500, 20);
	run_fixture_end(&fixture);
	text = told("secure", tls_costs_write);
	assert_string_equal(text,
		"\nWith TLS full it took 1.10 (http2@20, reuse) to 1.50 times "
		"(multi-poll@20, reuse) as long as in plain HTTP;\n"
		"  each connection cost the client 0.50 to 1.50 ms more of CPU "
		"time.\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(retries_are_told_with_their_price),
		cmocka_unit_test(tls_is_told_with_its_cost),
		cmocka_unit_test(what_a_link_decides_is_told),
		cmocka_unit_test(one_link_decides_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
