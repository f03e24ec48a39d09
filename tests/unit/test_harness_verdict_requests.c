/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Verdicts on requests: whose they are, what they ask for, over which connection
 * they go, and in which order.
 */
#include "test_harness_account.h"

#include <stdio.h>

/* Adds a fifth request at that time, under another trial's name. */
static void ask_as(struct made_up *m, uint8_t trial, uint64_t arrival_ns)
{
	make_up(m);
	m->spec.epoch_ns = T0 - 10 * MS;
	m->rows[4] = m->rows[3];
	m->rows[4].arrival_ns = arrival_ns;
	m->rows[4].trial = trial;
	m->rows[4].item = 3000;
	m->rows[4].attempt = 7;
	m->rows[4].delay_ns = 1;
	m->witness.count = 5;
}

static void a_request_under_another_name_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	ask_as(&m, WITNESS_OTHERS, T0 - 2 * MS);
	assert_invalid(&m,
		"1 request under another trial's name, the first 2.000 ms "
		"before the clock started");
	m.rows[5] = m.rows[4];
	m.witness.count = 6;
	assert_invalid(&m,
		"2 requests under another trial's name, the first 2.000 ms "
		"before the clock started");
	ask_as(&m, WITNESS_UNNAMED, T0 + 3 * MS);
	assert_invalid(&m,
		"1 request under no name, the first 3.000 ms after the clock "
		"started");
	/* Requests from before the epoch do not count, */
	ask_as(&m, WITNESS_OTHERS, T0 - 10 * MS - 1);
	assert_valid(&m);
	assert_int_equal(m.row.peak_in_flight, 2);
	assert_int_equal(m.row.connections_opened, 2);
	/* not even against a strategy that sends no requests. */
	m.rows[0] = m.rows[4];
	m.witness.count = 1;
	m.strategy.flags = FR_NO_NETWORK;
	assert_valid(&m);
}

/* The server may read much later a request that its client has given up. */
static void what_the_trial_before_had_sent_may_come_late(void **state)
{
	struct made_up m;

	(void)state;
	ask_as(&m, WITNESS_EARLIER, T0 - 2 * MS);
	assert_invalid(&m,
		"1 request under another trial's name, the first 2.000 ms "
		"before the clock started");
	m.spec.stragglers = 1;
	assert_valid(&m);
	m.rows[5] = m.rows[4];
	m.witness.count = 6;
	assert_invalid(&m,
		"2 requests under another trial's name, the first 2.000 ms "
		"before the clock started");
}

/* A part of the body would take less time than the whole. */
static void a_part_is_invalid(void **state)
{
	static const uint16_t statuses[] = {206, 304, 416};
	char reason[96];
	struct made_up m;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		make_up(&m);
		m.rows[1].status = m.samples[1].http_status = statuses[i];
		if (i > 0)
			m.samples[1].status = FR_HTTP_ERROR;
		(void)snprintf(reason, sizeof(reason),
			"item 1 was requested in part or conditionally: "
			"status %u",
			statuses[i]);
		assert_invalid(&m, reason);
		/* As a drawn fault, the status is not the strategy's doing. */
		m.rows[1].fault = WITNESS_OTHER_FAULT;
		assert_valid(&m);
	}
}

/* A range of bodies of 1000 bytes, or of bodies whose size nobody knows. */
static void another_range_is_invalid(void **state)
{
	static const struct {
		const char *range;
		uint64_t payload_bytes;
		uint16_t status;
		uint64_t bytes;
		bool valid;
	} cases[] = {
		{"0-99", 1000, 206, 100, true},
		{"0-99", 1000, 206, 99, false},
		{"0-99", 1000, 200, 1000, false},
		{"950-2000", 1000, 206, 50, true},
		{"1000-2000", 1000, 416, 0, true},
		{"1000-2000", 1000, 206, 1, false},
		{"0-99", FR_UNKNOWN, 206, 60, true},
		{"0-99", FR_UNKNOWN, 206, 101, false},
		{"900-999", FR_UNKNOWN, 416, 0, true},
	};
	char reason[80];
	struct made_up m;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		make_up(&m);
		m.range = cases[i].range;
		m.payload_bytes = cases[i].payload_bytes;
		for (size_t k = 0; k < m.spec.n; k++) {
			struct fr_sample *sample = &m.samples[k];

			m.rows[k].status = sample->http_status =
				cases[i].status;
			m.rows[k].bytes = sample->body_bytes = cases[i].bytes;
			sample->status =
				cases[i].status == 206 || cases[i].status == 200
				? FR_OK
				: FR_HTTP_ERROR;
		}
		(void)snprintf(reason, sizeof(reason),
			"item 0 was not requested by bytes %s: status %u",
			cases[i].range, cases[i].status);
		if (cases[i].valid)
			assert_valid(&m);
		else
			assert_invalid(&m, reason);
	}
}

static void another_method_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[1].method = WITNESS_HEAD;
	assert_invalid(&m, "item 1 was requested by HEAD, not by GET");
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_invalid(&m, "item 1 was requested by HEAD, not by GET");
	m.rows[1].method = WITNESS_OTHER_METHOD;
	assert_invalid(
		&m, "item 1 was requested by another method, not by GET");
}

static void another_protocol_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].protocol = WITNESS_HTTP_2;
	assert_invalid(&m,
		"item 2 was requested over HTTP/2 by a strategy that "
		"declares HTTP/1.1");
	m.strategy.flags = FR_HTTP2;
	assert_invalid(&m,
		"item 0 was requested over HTTP/1.1 by a strategy that "
		"declares HTTP/2");
	for (size_t i = 0; i < N; i++)
		m.rows[i].protocol = WITNESS_HTTP_2;
	assert_valid(&m);
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
}

static void what_was_said_before_the_clock_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[1].first_in_ns = T0;
	m.rows[1].accepted_ns = T0;
	assert_valid(&m);
	m.rows[1].accepted_ns = T0 - 2 * MS;
	assert_invalid(&m,
		"the connection of item 1 was made 2.000 ms before the clock "
		"started");
	m.rows[1].first_in_ns = T0 - MS;
	assert_invalid(&m,
		"the first byte of item 1 reached the server 1.000 ms before "
		"the clock started");
}

static void a_connection_kept_though_fresh_was_asked_is_invalid(void **state)
{
	static const char *const reason =
		"items 1 and 3 used the same connection, but each needs one "
		"of its own";
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].connection = 7;
	assert_valid(&m);
	m.spec.http.fresh_connections = true;
	assert_invalid(&m, reason);
	m.spec.http.fresh_connections = false;
	m.strategy.flags = FR_FRESH_CONNECTIONS;
	assert_invalid(&m, reason);
	m.rows[3].connection = 8;
	assert_valid(&m);
	/* One item may be sent twice on one connection. */
	m.rows[4] = m.rows[3];
	m.rows[4].arrival_ns++;
	m.rows[3].sent_ns = m.rows[3].bytes = UINT64_MAX;
	m.samples[3].attempts = 2;
	m.witness.count = 5;
	assert_valid(&m);
}

static void two_items_in_hand_of_one_worker_are_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[2].worker = 1;
	m.samples[3].worker = 0;
	assert_valid(&m);
	m.samples[3].worker = 1;
	assert_invalid(&m, "worker 1 performed items 2 and 3 at the same time");
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
}

/* Work apart keeps the item, but not its worker. */
static void a_worker_is_free_while_work_is_done_apart(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[1].answered_ns = m.samples[1].end_ns;
	m.samples[1].end_ns = m.samples[3].start_ns + 1;
	assert_invalid(&m, "worker 1 performed items 1 and 3 at the same time");
	m.strategy.flags = FR_WORK_APART;
	assert_valid(&m);
	m.samples[1].answered_ns = m.samples[1].end_ns;
	assert_invalid(&m, "worker 1 performed items 1 and 3 at the same time");
}

/* When an item starts, c - 1 workers may hold items of lower number. */
static void an_order_beyond_what_workers_explain_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[0].start_ns = T0 + 2;
	m.rows[0].arrival_ns = T0 + MS;
	m.samples[1].start_ns = T0 + 1;
	assert_valid(&m);
	/* item 2 before items 0 and 1 */
	m.samples[2].start_ns = T0;
	m.samples[2].end_ns = m.rows[2].sent_ns = m.rows[2].done_ns = T0;
	m.rows[2].arrival_ns = T0;
	m.rows[2].delay_ns = 0;
	assert_invalid(&m,
		"item 2 was started before 2 items of lower number; a "
		"concurrency of 2 allows 1");
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
}

static void a_program_that_repeats_its_requests_is_a_load_generator(
	void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.strategy.flags = FR_WITNESS_SAMPLES;
	for (size_t i = 0; i < N; i++) {
		m.rows[N + i] = m.rows[i];
		m.samples[i].attempts = 2;
	}
	m.witness.count = 2 * N;
	assert_invalid(&m,
		"the program requested every item at least 2 times: a load "
		"generator has to end when it has requested each item once");
	for (size_t i = 0; i < N; i++) {
		m.rows[i].item = 0;
		if (i > 0)
			m.samples[i] = (struct fr_sample){0};
	}
	m.samples[0].attempts = N;
	m.witness.count = N;
	assert_invalid(&m,
		"the program requested item 0 4 times and 3 other items "
		"never: a load generator has to be given the URLs of all "
		"items");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_under_another_name_is_invalid),
		cmocka_unit_test(what_the_trial_before_had_sent_may_come_late),
		cmocka_unit_test(a_part_is_invalid),
		cmocka_unit_test(another_range_is_invalid),
		cmocka_unit_test(another_method_is_invalid),
		cmocka_unit_test(another_protocol_is_invalid),
		cmocka_unit_test(what_was_said_before_the_clock_is_invalid),
		cmocka_unit_test(
			a_connection_kept_though_fresh_was_asked_is_invalid),
		cmocka_unit_test(two_items_in_hand_of_one_worker_are_invalid),
		cmocka_unit_test(a_worker_is_free_while_work_is_done_apart),
		cmocka_unit_test(
			an_order_beyond_what_workers_explain_is_invalid),
		cmocka_unit_test(
			a_program_that_repeats_its_requests_is_a_load_generator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
