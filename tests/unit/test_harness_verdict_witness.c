/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Verdicts on what only the witness can know: each test spoils one thing in an
 * account that agrees, and expects the reason that belongs to that.
 */
#include "test_harness_account.h"

#include <errno.h>
#include <stdio.h>

static void another_status_than_was_sent_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m); /* the server answered 503, too */
	m.rows[1].status = m.samples[1].http_status = 503;
	m.samples[1].status = FR_HTTP_ERROR;
	assert_valid(&m);
	m.samples[1].status = FR_OK;
	assert_invalid(&m, "item 1: status 503 recorded as ok");
	m.samples[1].http_status = 200;
	assert_invalid(&m, "item 1: status 200 received; 503 sent");
	make_up(&m);
	m.samples[2].status = FR_HTTP_ERROR;
	assert_invalid(&m, "item 2: status 200 recorded as an error");
	/* A client that gave up has read no status or a part of the answer. */
	m.samples[2].status = FR_NET_ERROR;
	m.samples[2].http_status = 0;
	assert_valid(&m);
}

static void an_attempt_that_was_none_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].attempt = 2;
	assert_invalid(&m,
		"item 2 was requested as attempt 2, but its sample counts 1 "
		"try: tried again without counting");
	/* A request that is sent again belongs to the same attempt. */
	m.rows[4] = m.rows[2];
	m.rows[2].attempt = m.rows[4].attempt = 1;
	m.rows[2].sent_ns = m.rows[2].bytes = UINT64_MAX;
	m.rows[4].arrival_ns++;
	m.samples[2].attempts = 2;
	m.witness.count = 5;
	assert_valid(&m);
	m.rows[4].attempt = 2;
	assert_invalid(&m,
		"item 2 was requested as attempt 2, but its sample counts 1 "
		"try: tried again without counting");
}

static struct mock_schedule *open_schedule(
	const char *latency, const char *fault)
{
	const struct mock_setting settings[] = {
		{"latency", latency}, {"seed", "7"}, {"fault", fault}};
	struct mock_schedule *schedule;
	struct mock_error err = {""};

	assert_int_equal(mock_schedule_open(&schedule, settings, 3, &err), 0);
	return schedule;
}

static void another_delay_than_the_seeds_is_invalid(void **state)
{
	struct mock_schedule *schedule =
		open_schedule("uniform:20ms,50ms", "none");
	char reason[128];
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.schedule = schedule;
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns =
			mock_schedule_draw(schedule, i, 1).delay_ns;
	assert_valid(&m);
	m.rows[3].delay_ns -= MS;
	(void)snprintf(reason, sizeof(reason),
		"item 3 had a delay of %.3f ms; the seed gives %.3f ms",
		(double)m.rows[3].delay_ns / 1e6,
		(double)(m.rows[3].delay_ns + MS) / 1e6);
	assert_invalid(&m, reason);
	mock_schedule_close(schedule);
}

/* Item 3 is never answered: its client waits for the whole timeout. */
static void a_stall_has_to_be_waited_for(void **state)
{
	struct mock_schedule *schedule = open_schedule("50ms", "stall:100%");
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.schedule = schedule;
	m.spec.http.timeout_ms = 52;
	for (size_t i = 0; i < N; i++) {
		m.samples[i].status = FR_TIMEOUT;
		m.rows[i].sent_ns = m.rows[i].bytes = UINT64_MAX;
	}
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 104 * MS);
	mock_schedule_close(schedule);
}

/* By the seed item 1 has a delay and a reset; but it found no token. */
static void what_the_limit_refused_was_not_drawn(void **state)
{
	struct mock_schedule *schedule = open_schedule("50ms", "reset:100%");
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.schedule = schedule;
	for (size_t i = 0; i < N; i++) {
		m.rows[i].fault = WITNESS_LIMIT;
		m.rows[i].delay_ns = 0;
		m.rows[i].status = m.samples[i].http_status = 429;
		m.samples[i].status = FR_HTTP_ERROR;
	}
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 0);
	m.rows[1].delay_ns = 50 * MS;
	assert_invalid(
		&m, "item 1 had a delay of 50.000 ms; the seed gives 0.000 ms");
	mock_schedule_close(schedule);
}

static void a_timeout_before_its_limit_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.http.timeout_ms = 52;
	m.samples[0].status = FR_TIMEOUT;
	assert_valid(&m);
	m.spec.http.timeout_ms = 54;
	assert_invalid(&m,
		"item 0 was given up after 52.000 ms, before its timeout of "
		"54 ms");
}

static void settings_changed_by_another_are_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.witness.reconfigured = true;
	assert_invalid(
		&m, "the server's settings were changed during the trial");
}

/* --max-connections resets a connection before its request is read. */
static void an_item_whose_connection_was_refused_is_data(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[3].status = FR_NET_ERROR;
	m.samples[3].error = -ECONNRESET;
	m.witness.count = 3;
	assert_invalid(&m, "item 3 never reached the server");
	m.witness.refused = 1;
	assert_valid(&m);
	assert_int_equal(m.row.net_error, 1);
	/* One refusal explains one item. */
	m.samples[2].status = FR_NET_ERROR;
	m.samples[2].error = -ECONNRESET;
	m.witness.count = 2;
	assert_invalid(&m, "item 3 never reached the server");
}

static void an_end_before_the_last_byte_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].done_ns = m.samples[2].end_ns;
	assert_valid(&m);
	m.rows[2].done_ns++;
	assert_invalid(
		&m, "item 2 was done before the server had sent its last byte");
	/* The answer was broken off, so there was no last byte. */
	m.rows[2].done_ns = m.rows[2].bytes = UINT64_MAX;
	m.samples[2].status = FR_NET_ERROR;
	assert_valid(&m);
}

static void hanging_up_is_no_error_of_the_network(void **state)
{
	struct mock_schedule *healthy = open_schedule("50ms", "none");
	struct mock_schedule *resets = open_schedule("50ms", "reset:100%");
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.schedule = healthy;
	m.samples[3].status = FR_NET_ERROR;
	m.samples[3].end_ns = m.rows[3].arrival_ns + 20 * MS;
	m.rows[3].sent_ns = m.rows[3].bytes = UINT64_MAX;
	assert_invalid(&m,
		"item 3 has a network error after 21.000 ms, but the server "
		"had not cut its connection");
	/* If the server cuts a connection, all requests on it fail. */
	m.spec.schedule = resets;
	assert_valid(&m);
	m.spec.schedule = healthy;
	m.samples[3].status = FR_CANCELLED;
	assert_invalid(&m,
		"item 3 is recorded as cancelled, but its request reached "
		"the server");
	mock_schedule_close(healthy);
	mock_schedule_close(resets);
}

/* Item 3, first sent on connection 90. */
static void an_item_sent_again_for_no_reason_is_invalid(void **state)
{
	struct mock_schedule *healthy = open_schedule("50ms", "none");
	struct mock_schedule *closes = open_schedule("50ms", "close:100%");
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.schedule = healthy;
	m.rows[N] = m.rows[3];
	m.rows[3].connection = 90;
	m.rows[3].sent_ns = m.rows[3].done_ns = m.rows[3].bytes = UINT64_MAX;
	m.rows[3].gone_ns = m.rows[3].arrival_ns + 1;
	m.rows[N].arrival_ns++;
	m.witness.count = N + 1;
	m.samples[3].attempts = 2;
	assert_invalid(&m,
		"item 3 was sent again, but its connection had not been lost");
	/* The server has answered the first request nevertheless. */
	m.rows[3] = m.rows[N];
	m.rows[3].connection = 90;
	m.rows[3].arrival_ns--;
	assert_invalid(&m,
		"item 3 was sent again, but its connection had not been lost");
	m.spec.schedule = closes;
	assert_valid(&m);
	/* Item 2 timed out, and its client closed the connection. */
	m.spec.schedule = healthy;
	m.spec.http.timeout_ms = 52;
	m.samples[2].status = FR_TIMEOUT;
	assert_valid(&m);
	m.samples[2].status = FR_OK;
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
	mock_schedule_close(healthy);
	mock_schedule_close(closes);
}

static void tls_that_is_not_as_asked_for_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[2].tls = WITNESS_FULL;
	assert_invalid(
		&m, "item 2 was asked for over TLS, but its URL is http");
	for (size_t i = 0; i < N; i++) {
		m.urls[i] = "https://127.0.0.1:1/flags/cn/cn.gif";
		m.rows[i].tls = WITNESS_FULL;
	}
	m.spec.http.full_handshakes = true;
	assert_valid(&m);
	m.rows[1].tls = WITNESS_PLAIN;
	assert_invalid(
		&m, "item 1 was asked for in plain HTTP, but its URL is https");
	m.rows[1].tls = WITNESS_RESUMED;
	assert_invalid(&m,
		"the connection of item 1 resumed a TLS session, but each "
		"needs a full handshake");
	/* A program resumes as it likes. */
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
}

/* Items 2 and 3 have new connections, which resume a session. */
static void make_up_resumed(struct made_up *m)
{
	make_up(m);
	m->tls = "resume";
	for (size_t i = 0; i < N; i++) {
		m->urls[i] = "https://127.0.0.1:1/flags/cn/cn.gif";
		m->rows[i].tls = i < 2 ? WITNESS_FULL : WITNESS_RESUMED;
		m->rows[i].connection = 90 + (uint32_t)i;
	}
}

static void a_session_that_is_not_resumed_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up_resumed(&m);
	assert_valid(&m);
	m.rows[3].tls = WITNESS_FULL;
	assert_invalid(&m,
		"3 connections made a full TLS handshake, but 2 workers that "
		"resume their sessions need one each");
	/* A connection counts once, however many items it has. */
	m.rows[3].connection = m.rows[1].connection;
	assert_valid(&m);
	/* With `full` no session is to be resumed; a program may do both. */
	make_up_resumed(&m);
	m.rows[2].tls = m.rows[3].tls = WITNESS_FULL;
	m.tls = "full";
	assert_valid(&m);
	m.tls = "resume";
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
}

/* The session of a connection that failed is not resumed. */
static void a_failure_excuses_one_full_handshake(void **state)
{
	struct made_up m;

	(void)state;
	make_up_resumed(&m);
	m.rows[2].tls = m.rows[3].tls = WITNESS_FULL;
	m.samples[2].status = FR_NET_ERROR;
	m.samples[2].http_status = 0;
	assert_invalid(&m,
		"4 connections made a full TLS handshake, but 2 workers that "
		"resume their sessions need one each");
	m.rows[3].tls = WITNESS_RESUMED;
	assert_valid(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_status_than_was_sent_is_invalid),
		cmocka_unit_test(an_attempt_that_was_none_is_invalid),
		cmocka_unit_test(another_delay_than_the_seeds_is_invalid),
		cmocka_unit_test(a_stall_has_to_be_waited_for),
		cmocka_unit_test(what_the_limit_refused_was_not_drawn),
		cmocka_unit_test(a_timeout_before_its_limit_is_invalid),
		cmocka_unit_test(settings_changed_by_another_are_invalid),
		cmocka_unit_test(an_end_before_the_last_byte_is_invalid),
		cmocka_unit_test(hanging_up_is_no_error_of_the_network),
		cmocka_unit_test(an_item_sent_again_for_no_reason_is_invalid),
		cmocka_unit_test(an_item_whose_connection_was_refused_is_data),
		cmocka_unit_test(tls_that_is_not_as_asked_for_is_invalid),
		cmocka_unit_test(a_session_that_is_not_resumed_is_invalid),
		cmocka_unit_test(a_failure_excuses_one_full_handshake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
