/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds requests and bodies of a live server back: pace, capacity, limits. */
#include "test_mock_asking.h"

#include <time.h>

static void a_slow_body_comes_whole_and_no_faster(void **state)
{
	struct answer answer;
	struct row row;
	char *whole = malloc(ANSWER_MAX);
	size_t length;

	assert_non_null(whole);
	live_ask(*state, GET_CN END, &answer);
	length = answer.body_length;
	memcpy(whole, answer.body, length);
	live_configure(*state, "fault=slow-body:50kB/s:1", 200);
	live_ask(*state, GET_CN ITEM("t/0/1") END, &answer);
	assert_int_equal(answer.body_length, length);
	assert_memory_equal(answer.body, whole, length);
	free(whole);
	while (live_stat_of(*state, "in_flight"))
		;
	the_witness_names(*state, "slow-body", &row);
	assert_int_equal(row.bytes, length);
}

/* Only a lower bound: a machine may be slow, a server never too fast. */
static void bandwidth_holds_back_every_body(void **state)
{
	struct answer answer;
	struct timespec begin, end;
	int64_t ns;

	live_configure(*state, "bandwidth=100kB/s&payload=10000", 200);
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	live_ask(*state, GET_CN END, &answer);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(answer.body_length, 10000);
	ns = (end.tv_sec - begin.tv_sec) * 1000000000 + end.tv_nsec -
		begin.tv_nsec;
	assert_true(ns >= 100000000);
}

static void beyond_the_capacity_requests_wait_their_turn(void **state)
{
	enum { REQUESTS = 6 };
	struct row rows[REQUESTS];
	struct answer answer;
	int fds[REQUESTS];

	live_configure(*state, "capacity=2&latency=50ms", 200);
	for (int i = 0; i < REQUESTS; i++) {
		char request[128];

		fds[i] = live_connect_to(*state);
		(void)snprintf(request, sizeof(request),
			GET_CN "X-Flagrace-Item: t/%d/1\r\n\r\n", i);
		live_send_text(fds[i], request);
		/* In this order. */
		while (live_stat_of(*state, "requests") <= (uint64_t)i)
			;
	}
	for (int i = 0; i < REQUESTS; i++) {
		live_read_answer(fds[i], &answer, 0);
		(void)close(fds[i]);
	}
	assert_int_equal(live_witness(*state, "?trial=t", rows, REQUESTS), 6);
	for (int i = 0; i < REQUESTS; i++) {
		assert_int_equal(rows[i].delay_ns, 50000000);
		assert_true(rows[i].sent_ns >= rows[i].arrival_ns +
				rows[i].queue_ns + rows[i].delay_ns);
		if (i < 2)
			assert_int_equal(rows[i].queue_ns, 0);
		else /* its turn came when the one two before it was sent */
			assert_true(rows[i].arrival_ns + rows[i].queue_ns >=
				rows[i - 2].sent_ns);
	}
}

static void who_gives_up_waiting_does_not_hold_a_place(void **state)
{
	struct answer answer;
	int first = live_connect_to(*state), gone = live_connect_to(*state);
	int last = live_connect_to(*state);

	live_send_text(first, GET_CN ITEM("t/2/1") END);
	while (!live_stat_of(*state, "in_flight"))
		;
	live_send_text(gone, GET_CN ITEM("t/0/1") END);
	while (live_stat_of(*state, "in_flight") < 2)
		;
	live_send_text(last, GET_CN ITEM("t/1/1") END);
	(void)close(gone);
	live_reset(first);
	live_read_answer(last, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(last);
}

static void a_new_epoch_lets_all_that_wait_go_on(void **state)
{
	struct answer answer;
	int fds[3];

	for (int i = 0; i < 3; i++) {
		static const char *const requests[] = {GET_CN ITEM("t/2/1") END,
			GET_CN ITEM("t/0/1") END, GET_CN ITEM("t/1/1") END};

		fds[i] = live_connect_to(*state);
		live_send_text(fds[i], requests[i]);
		while (live_stat_of(*state, "requests") <= (uint64_t)i)
			;
	}
	assert_int_equal(live_stat_of(*state, "in_flight"), 3);
	live_configure(*state, "capacity=1", 200);
	for (int i = 1; i < 3; i++) {
		live_read_answer(fds[i], &answer, 0);
		assert_int_equal(answer.status, 200);
	}
	for (int i = 1; i < 3; i++)
		(void)close(fds[i]);
	live_reset(fds[0]); /* no test has to wait for it */
}

static void new_settings_fill_the_bucket(void **state)
{
	struct answer answer;

	for (int i = 0; i < 3; i++) {
		live_configure(*state, "limit=0.001/s", 200);
		ask_for(*state, 0, &answer);
		assert_int_equal(answer.status, 200);
		ask_for(*state, 0, &answer);
		assert_int_equal(answer.status, 429);
	}
	live_configure(*state, "limit=none", 200);
	ask_for(*state, 0, &answer);
	assert_int_equal(answer.status, 200);
	assert_int_equal(live_stat_of(*state, "limited"), 0);
}

static void one_connection_too_many_is_reset(void **state)
{
	struct answer answer;
	char bytes[64];
	int was_reset, second, first = live_connect_to(*state);

	live_send_text(first,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: 17\r\n\r\nmax-connections=1");
	live_read_answer(first, &answer, 0);
	assert_int_equal(answer.status, 200);
	second = live_connect_to(*state);
	if (second >= 0) { /* else it was reset even before connect returned */
		assert_int_equal(
			read_all(second, bytes, sizeof(bytes), &was_reset), 0);
		assert_true(was_reset);
		(void)close(second);
	}
	live_send_text(first,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: 17\r\n\r\nmax-connections=0");
	live_read_answer(first, &answer, 0);
	(void)close(first);
	live_ask(*state, "GET /_flagrace/metrics HTTP/1.0\r\n\r\n", &answer);
	assert_non_null(strstr(
		answer.body, "\nflagrace_connections_refused_total 1\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(a_slow_body_comes_whole_and_no_faster),
		LIVE(bandwidth_holds_back_every_body),
		LIVE(beyond_the_capacity_requests_wait_their_turn),
		LIVE(new_settings_fill_the_bucket),
		HELD(who_gives_up_waiting_does_not_hold_a_place),
		HELD(a_new_epoch_lets_all_that_wait_go_on),
		LIVE(one_connection_too_many_is_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
