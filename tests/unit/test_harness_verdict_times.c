/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verdicts on stamps: in order, within the clock, and none too fast. */
#include "test_harness_account.h"

/* Two readings of a clock may be equal. */
static void stamps_at_their_bounds_are_valid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[0].arrival_ns = m.samples[0].start_ns;
	m.samples[0].connect_ns = m.rows[0].arrival_ns;
	m.samples[1].first_byte_ns = m.rows[1].sent_ns;
	m.samples[1].end_ns = m.rows[1].sent_ns;
	assert_valid(&m);
	make_up(&m); /* started and ended when the clock stopped */
	m.strategy.flags = FR_NO_NETWORK;
	m.witness.count = 0;
	m.samples[3].start_ns = m.samples[3].end_ns = END;
	assert_valid(&m);
	for (size_t i = 0; i < N; i++)
		m.samples[i].start_ns = m.samples[i].end_ns = T0;
	assert_valid(&m);
	assert_int_equal(m.row.latency_max_ns, 0);
}

static void items_in_hand_at_the_end_are_invalid(void **state)
{
	static const char *const reason =
		"returned before it was done: 1 of 4 items were unfinished";
	struct made_up m;

	(void)state;
	make_up(&m); /* started, and never finished */
	m.samples[3].status = FR_NOT_RUN;
	assert_invalid(&m, reason);
	make_up(&m); /* finished after the clock had stopped */
	m.samples[2].end_ns = END + 1;
	assert_invalid(&m, reason);
	make_up(&m); /* even started after it */
	m.samples[2].start_ns = END + 1;
	assert_invalid(&m, reason);
	make_up(&m); /* never recorded, but the witness saw it */
	m.samples[3] = (struct fr_sample){0};
	m.rows[3].arrival_ns = END + 1;
	assert_invalid(&m, reason);
	make_up(&m); /* a program that did not wait for the last byte */
	m.strategy.flags = FR_WITNESS_SAMPLES;
	m.rows[2].done_ns = END;
	assert_valid(&m);
	m.rows[2].done_ns = END + 1;
	assert_invalid(&m, reason);
}

static void items_begun_before_the_clock_are_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[1].start_ns = T0 - 1;
	assert_invalid(&m, "item 1 was started before the clock started");
	make_up(&m);
	m.rows[2].arrival_ns = T0 - 1;
	assert_invalid(&m, "item 2 was started before the clock started");
}

static void faster_than_the_delays_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 53 * MS;
	assert_invalid(&m,
		"104.000 ms is impossible: the delays alone take 106.000 ms");
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 52 * MS;
	assert_valid(&m);
}

/* Two workers take 110 ms for these in order; another order takes 101 ms. */
static void faster_than_the_ideal_is_invalid(void **state)
{
	static const uint64_t delays_ms[N] = {40, 50, 52, 60};
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = delays_ms[i] * MS;
	assert_invalid(&m,
		"104.000 ms is less than the ideal of 110.000 ms: items were "
		"started out of order, or a record is wrong");
	/* The order of a program, or of the server's queue, does not count. */
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "order");
	m.strategy.flags = 0;
	m.capacity = 1;
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns /= 2;
	assert_valid(&m);
}

/* A client that gives up need not wait for the rest of the delay. */
static void a_sample_of_another_request_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[1].start_ns = m.rows[1].arrival_ns + MS;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "item 1 reached the server 1.000 ms before");
	make_up(&m);
	m.samples[2].end_ns = m.rows[2].sent_ns - 1;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "item 2 was done before the server answered");
}

static void a_first_byte_before_the_answer_is_invalid(void **state)
{
	static const char *const reason =
		"item 2 had its first byte before the server answered";
	struct made_up m;

	(void)state;
	make_up(&m);
	stamp(&m);
	m.samples[2].first_byte_ns = m.rows[2].sent_ns - 1;
	assert_invalid(&m, reason);
	/* an item that was given up may have received a part of its answer */
	m.samples[2].status = FR_NET_ERROR;
	assert_invalid(&m, reason);
	m.samples[2].first_byte_ns++;
	assert_valid(&m);
	m.rows[2].sent_ns = UINT64_MAX;
	assert_invalid(&m, reason);
	m.samples[2].first_byte_ns = 0;
	assert_valid(&m);
}

static void a_request_before_its_connection_is_invalid(void **state)
{
	static const char *const reason =
		"item 1 reached the server before it was connected";
	struct made_up m;

	(void)state;
	make_up(&m);
	stamp(&m);
	m.samples[1].connect_ns = m.rows[1].arrival_ns + 1;
	assert_invalid(&m, reason);
	m.samples[1].status = FR_NET_ERROR;
	assert_invalid(&m, reason);
	/* but if it was sent again, the row may be of the earlier request */
	m.samples[1].attempts = 2;
	assert_valid(&m);
}

static void stamps_out_of_order_are_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	stamp(&m);
	m.samples[0].connect_ns = m.samples[0].start_ns - 1;
	assert_invalid(&m, "item 0 was connected before it was started");
	make_up(&m);
	stamp(&m);
	m.spec.unwitnessed = true;
	m.witness.count = 0;
	m.samples[1].connect_ns = m.samples[1].first_byte_ns + 1;
	assert_invalid(&m, "item 1 had its first byte before it was connected");
	m.samples[1].connect_ns = 0;
	m.samples[1].first_byte_ns = m.samples[1].start_ns - 1;
	assert_invalid(&m, "item 1 had its first byte before it was started");
	m.samples[1].first_byte_ns = m.samples[1].end_ns + 1;
	assert_invalid(&m, "item 1 was done before its first byte");
	m.samples[1].first_byte_ns = m.samples[1].end_ns;
	assert_int_equal(judge(&m), VERDICT_UNWITNESSED);
}

static void a_delay_that_was_not_waited_for_bounds_nothing(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.http.timeout_ms = 52;
	m.samples[3].status = FR_TIMEOUT;
	m.samples[3].body_bytes = 0;
	m.rows[3].delay_ns = 5000 * MS;
	m.rows[3].sent_ns = UINT64_MAX;
	m.rows[3].bytes = UINT64_MAX;
	assert_valid(&m);
	assert_int_equal(m.row.timeout, 1);
	assert_int_equal(m.row.ideal_ns, 102 * MS);
	/* but an answer before the delay is over remains impossible */
	m.rows[3].sent_ns = m.samples[3].end_ns;
	m.rows[3].status = m.samples[3].http_status = 404;
	m.samples[3].status = FR_HTTP_ERROR;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "impossible");
}

static void an_item_given_up_unsent_took_all_of_its_time(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.http.timeout_ms = 52;
	m.samples[3].status = FR_TIMEOUT;
	m.samples[3].body_bytes = 0;
	m.witness.count = 3;
	assert_valid(&m);
	assert_int_equal(m.row.timeout, 1);
	/* but giving up early saves time */
	m.samples[3].end_ns--;
	assert_invalid(&m, "item 3 never reached the server");
	m.samples[3].end_ns++;
	m.samples[3].status = FR_NET_ERROR;
	assert_invalid(&m, "item 3 never reached the server");
}

static void an_item_given_up_may_reach_the_server_too_late(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.http.timeout_ms = 52;
	m.rows[3].arrival_ns = END + 1;
	m.rows[3].sent_ns = m.rows[3].gone_ns = UINT64_MAX;
	m.rows[3].bytes = UINT64_MAX;
	m.samples[3].body_bytes = 0;
	m.samples[3].status = FR_TIMEOUT;
	assert_valid(&m);
	assert_int_equal(m.row.timeout, 1);
	m.samples[3].status = FR_HTTP_ERROR;
	assert_invalid(&m,
		"returned before it was done: 1 of 4 items were unfinished");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_at_their_bounds_are_valid),
		cmocka_unit_test(items_in_hand_at_the_end_are_invalid),
		cmocka_unit_test(items_begun_before_the_clock_are_invalid),
		cmocka_unit_test(faster_than_the_delays_is_invalid),
		cmocka_unit_test(faster_than_the_ideal_is_invalid),
		cmocka_unit_test(a_sample_of_another_request_is_invalid),
		cmocka_unit_test(a_first_byte_before_the_answer_is_invalid),
		cmocka_unit_test(a_request_before_its_connection_is_invalid),
		cmocka_unit_test(stamps_out_of_order_are_invalid),
		cmocka_unit_test(
			a_delay_that_was_not_waited_for_bounds_nothing),
		cmocka_unit_test(an_item_given_up_unsent_took_all_of_its_time),
		cmocka_unit_test(
			an_item_given_up_may_reach_the_server_too_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
