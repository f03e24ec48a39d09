/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The forecast of a trial. Its cost besides waiting is an estimate, so tests
 * compare differences.
 */
#include "test_harness.h"

#include <math.h>
#include <stdio.h>

#include <stdlib.h>

#include "harness/race/forecast.h"
#include "harness/race/undrawn.h"

static const struct fr_strategy over_network = {.name = "some"};
static const struct fr_strategy without = {
	.name = "none", .flags = FR_NO_NETWORK};

/* Two rounds of 100 ms. */
static struct cell plain_cell(void)
{
	struct cell cell = {
		.strategy = &over_network,
		.concurrency = 10,
		.workload.requests = 20,
		.workload.latency = "100ms",
		.workload.timeout_ns = 1000000000,
		.workload.payload_bytes = 1000,
		.workload.capacity = FR_UNKNOWN,
	};

	return cell;
}

static double seconds(const struct cell *cell)
{
	struct fr_error err = {0};
	double ns = NAN;

	if (forecast_trial(&ns, cell, 1, &err) < 0)
		fail_msg("%s", err.text);
	return ns / 1e9;
}

/* Fails unless the cell takes that many seconds more than the other. */
static void assert_more(
	const struct cell *cell, const struct cell *than, double wanted)
{
	double more = seconds(cell) - seconds(than);

	if (fabs(more - wanted) > 1e-6)
		fail_msg("%.6f s more, not %.6f", more, wanted);
}

static struct cell with_fault(const char *fault)
{
	struct cell cell = plain_cell();

	(void)snprintf(
		cell.workload.fault, sizeof(cell.workload.fault), "%s", fault);
	return cell;
}

static struct cell with_bandwidth(struct cell cell)
{
	(void)snprintf(cell.workload.bandwidth, sizeof(cell.workload.bandwidth),
		"10kB/s");
	return cell;
}

static void a_stall_lasts_until_the_timeout(void **state)
{
	struct cell plain = plain_cell(), stalls = with_fault("stall:100%");
	struct cell some = with_fault("stall:50%");

	(void)state;
	assert_more(&stalls, &plain, 1.8);
	assert_true(seconds(&some) > seconds(&plain) + 0.89);
	assert_true(seconds(&some) < seconds(&stalls) + 1e-6);
}

static void no_answer_is_awaited_beyond_the_timeout(void **state)
{
	struct cell plain = plain_cell(), hasty = plain_cell();

	(void)state;
	hasty.workload.timeout_ns = 30000000;
	assert_more(&hasty, &plain, -0.14);
}

static void a_body_takes_its_time_at_its_speed(void **state)
{
	struct cell plain = plain_cell();
	struct cell narrow = with_bandwidth(plain);
	struct cell slow = with_fault("slow-body:10kB/s:100%");
	struct cell half = with_bandwidth(with_fault("truncate:100%"));
	struct cell none = with_bandwidth(with_fault("503:100%"));
	struct cell own = plain_cell(), own_narrow;

	(void)state;
	assert_more(&narrow, &plain, 0.2);
	assert_more(&slow, &plain, 0.2);
	assert_more(&half, &plain, 0.1);
	assert_more(&none, &plain, 0);
	/* The flags' own sizes, of which none is 100 bytes. */
	own.workload.payload_bytes = FR_UNKNOWN;
	own_narrow = with_bandwidth(own);
	assert_true(seconds(&own_narrow) > seconds(&own) + 0.02);
}

static void a_reset_is_met_twice_on_a_kept_connection(void **state)
{
	struct cell plain = plain_cell(), kept = with_fault("reset:100%");
	struct cell fresh = kept;

	(void)state;
	assert_more(&kept, &plain, 0.2);
	(void)snprintf(fresh.workload.connections,
		sizeof(fresh.workload.connections), "fresh");
	assert_more(&fresh, &plain, 0);
}

static void capacity_and_arrivals_make_items_wait(void **state)
{
	struct cell plain = plain_cell(), queue = plain, open_loop = plain;

	(void)state;
	queue.workload.capacity = 5;
	assert_more(&queue, &plain, 0.2);
	(void)snprintf(open_loop.workload.arrivals,
		sizeof(open_loop.workload.arrivals), "constant:10/s");
	assert_more(&open_loop, &plain, 1.8);
}

/* 20 items, 2 of them at once, 10 a second; without retries they fail. */
static void a_rate_limit_takes_its_time_if_items_are_tried_again(void **state)
{
	struct cell plain = plain_cell(), limited = plain, again;

	(void)state;
	(void)snprintf(limited.workload.limit, sizeof(limited.workload.limit),
		"10/s,burst=2");
	assert_more(&limited, &plain, 0);
	again = limited;
	(void)snprintf(again.workload.retry, sizeof(again.workload.retry),
		"9,backoff=100ms..10s,on=429");
	/* Beside the limit, only the trial itself takes time. */
	assert_true(fabs(seconds(&again) - 1.8 - 0.015) < 1e-6);
}

/* 200 ms of work, on half a CPU or a tenth of one. */
static void work_takes_the_longer_the_less_a_quota_allows(void **state)
{
	struct cell half = plain_cell(), tenth;

	(void)state;
	(void)snprintf(
		half.workload.work, sizeof(half.workload.work), "cpu:10ms");
	(void)snprintf(half.workload.cpus, sizeof(half.workload.cpus), "0.5");
	tenth = half;
	(void)snprintf(tenth.workload.cpus, sizeof(tenth.workload.cpus), "0.1");
	assert_more(&tenth, &half, 2 - 0.4);
}

static void many_items_go_on_as_the_first_ones(void **state)
{
	struct cell cell = plain_cell();
	double once, twice, thrice;

	(void)state;
	cell.workload.requests = 100000;
	once = seconds(&cell);
	cell.workload.requests = 200000;
	twice = seconds(&cell);
	cell.workload.requests = 300000;
	thrice = seconds(&cell);
	assert_true(once > 1000);
	assert_true(fabs(thrice - twice - (twice - once)) < 1e-3);
}

static void no_network_is_no_waiting(void **state)
{
	struct cell cell = with_fault("stall:100%");

	(void)state;
	cell.strategy = &without;
	assert_true(seconds(&cell) < 0.1);
}

static void what_the_server_would_refuse_is_refused(void **state)
{
	struct cell cell = with_fault("gremlins:1%");
	struct fr_error err;
	double ns;

	(void)state;
	assert_int_equal(forecast_trial(&ns, &cell, 1, &err), -1);
	assert_error(&err, EXIT_USAGE, "fault 'gremlins:1%'");
}

/* The warnings about faults that no request met; the caller frees them. */
static char *undrawn(
	struct cell *cells, size_t count, uint64_t seed, uint64_t blocks)
{
	const struct plan plan = {.cells = cells, .count = count};
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	undrawn_tell(out, &plan, seed, blocks);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void a_fault_that_nobody_met_is_told_once(void **state)
{
	struct cell cells[] = {with_fault("503:100%"),
		with_fault("stall:50%,reset:0.0001%,slow-body:1kB/s:0.002"),
		with_fault("stall:50%,reset:0.0001%,slow-body:1kB/s:0.002"),
		with_fault("reset:0%"), plain_cell()};
	char *text = undrawn(cells, 5, 1, 2);

	(void)state;
	assert_string_equal(text,
		"warning: fault reset:0.0001%: no request met it in 2 blocks "
		"of 20 requests; it is likely to occur among 2995731 "
		"(--requests 1497866, or --blocks 149787)\n"
		"warning: fault slow-body:1kB/s:0.002: no request met it in 2 "
		"blocks of 20 requests; it is likely to occur among 1497 "
		"(--requests 749, or --blocks 75)\n");
	free(text);
}

/* A fault of 1 %: 20 requests rarely meet it, 100 blocks of 20 do. */
static void more_blocks_draw_more(void **state)
{
	struct cell cell = with_fault("503:1%");
	int silent = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		char *text = undrawn(&cell, 1, seed, 100);

		silent += text[0] == '\0';
		free(text);
	}
	assert_int_equal(silent, 20);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stall_lasts_until_the_timeout),
		cmocka_unit_test(no_answer_is_awaited_beyond_the_timeout),
		cmocka_unit_test(a_body_takes_its_time_at_its_speed),
		cmocka_unit_test(a_reset_is_met_twice_on_a_kept_connection),
		cmocka_unit_test(capacity_and_arrivals_make_items_wait),
		cmocka_unit_test(
			a_rate_limit_takes_its_time_if_items_are_tried_again),
		cmocka_unit_test(work_takes_the_longer_the_less_a_quota_allows),
		cmocka_unit_test(many_items_go_on_as_the_first_ones),
		cmocka_unit_test(no_network_is_no_waiting),
		cmocka_unit_test(a_fault_that_nobody_met_is_told_once),
		cmocka_unit_test(more_blocks_draw_more),
		cmocka_unit_test(what_the_server_would_refuse_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
