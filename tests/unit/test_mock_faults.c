/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What goes wrong on purpose, and what is kept back: faults, speed, capacity,
 * rate and connections, as a client and as the witness see them.
 */
#include "test_mock_asking.h"

#include <time.h>

static struct faults parsed(const char *text)
{
	struct faults faults;
	struct mock_error err = {""};

	assert_int_equal(faults_parse(&faults, text, &err), 0);
	return faults;
}

static void each_fault_has_its_rate(void **state)
{
	enum { DRAWS = 100000 };
	struct faults faults = parsed("503:5%,reset:0.1,418:1%");
	unsigned met[3] = {0};

	(void)state;
	for (uint64_t i = 0; i < DRAWS; i++) {
		const struct fault *fault = faults_draw(&faults, 7, i, 1);

		if (fault)
			met[fault - faults.faults]++;
	}
	/* Five standard deviations. */
	assert_in_range(met[0], 5000 - 345, 5000 + 345);
	assert_in_range(met[1], 10000 - 474, 10000 + 474);
	assert_in_range(met[2], 1000 - 157, 1000 + 157);
	assert_int_equal(faults.faults[2].status, 418);
}

static void faults_go_by_seed_item_and_attempt(void **state)
{
	struct faults faults = parsed("stall:50%");
	unsigned differ = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_ptr_equal(faults_draw(&faults, 7, i, 1),
			faults_draw(&faults, 7, i, 1));
		differ += faults_draw(&faults, 7, i, 1) !=
			faults_draw(&faults, 7, i, 2);
	}
	assert_in_range(differ, 400, 600);
}

static void none_is_no_fault_and_all_is_all(void **state)
{
	struct faults none = parsed("none"),
		      all = parsed("503:33.3%,418:66.7%");

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		assert_null(faults_draw(&none, 7, i, 1));
		assert_non_null(faults_draw(&all, 7, i, 1));
	}
}

static void a_pace_is_never_too_fast_and_gets_there(void **state)
{
	static const uint64_t speeds[] = {1, 7, 999, 1000, 1000000, 123456789};

	(void)state;
	for (size_t s = 0; s < sizeof(speeds) / sizeof(*speeds); s++) {
		const size_t total = 5000;
		size_t sent = 0;
		uint64_t now = 0;

		for (int steps = 0; sent < total; steps++) {
			assert_true(steps <= 5000);
			now = pace_next_ns(speeds[s], sent, total);
			assert_true(pace_allowed(speeds[s], now, total) > sent);
			sent = pace_allowed(speeds[s], now, total);
			/* The other clients are served meanwhile. */
			assert_int_equal(
				pace_allowed(speeds[s], now + 1000, total),
				sent);
			assert_true((double)sent <=
				(double)now * 1e-9 * (double)speeds[s]);
		}
	}
}

/* Asks for the flag, and reads everything that comes. */
static size_t get_flag(
	const struct fixture *f, char *bytes, size_t size, int *was_reset)
{
	int fd = live_connect_to(f);
	size_t length;

	assert_true(fd >= 0);
	live_send_text(fd, GET_CN ITEM("t/0/1") "Connection: close\r\n" END);
	length = read_all(fd, bytes, size, was_reset);
	(void)close(fd);
	return length;
}

static void a_status_is_answered_instead(void **state)
{
	struct answer answer;
	struct row row;

	live_configure(*state, "fault=503:1", 200);
	live_ask(*state, GET_CN ITEM("t/0/1") END, &answer);
	assert_int_equal(answer.status, 503);
	assert_non_null(strstr(answer.text, "\r\nRetry-After: 1\r\n"));
	the_witness_names(*state, "status", &row);
	assert_int_equal(row.status, 503);
	assert_int_equal(row.retry_after_s, 1);
	assert_int_equal(row.bytes, answer.body_length);
	assert_int_equal(row.gone_ns, 0);
	live_configure(*state, "fault=204:1", 200);
	live_ask(*state, GET_CN END, &answer);
	assert_int_equal(answer.status, 204);
	assert_null(strstr(answer.text, "Content-Length"));
}

static void reset_is_a_reset_without_a_byte(void **state)
{
	char bytes[8192];
	struct row row;
	int was_reset;

	live_configure(*state, "fault=reset:1", 200);
	assert_int_equal(get_flag(*state, bytes, sizeof(bytes), &was_reset), 0);
	assert_true(was_reset);
	the_witness_names(*state, "reset", &row);
	assert_int_equal(row.sent_ns, 0);
	assert_true(row.gone_ns >= row.arrival_ns + row.delay_ns);
	assert_string_equal(row.hash, "");
}

/* Half of the body came, with a head that promised all of it. */
static void assert_half(const char *bytes, size_t length, const struct row *row)
{
	const char *body = strstr(bytes, "\r\n\r\n") + 4;
	size_t promised = (size_t)atoi(strstr(bytes, "Content-Length: ") + 16);

	assert_int_equal(length - (size_t)(body - bytes), promised / 2);
	assert_int_equal(row->bytes, promised / 2);
	assert_int_equal(strlen(row->hash), 16);
	assert_true(row->gone_ns > row->sent_ns);
}

static void reset_body_is_a_reset_after_half_of_it(void **state)
{
	char bytes[8192] = "";
	struct row row;
	int was_reset;
	size_t length;

	live_configure(*state, "fault=reset-body:1", 200);
	length = get_flag(*state, bytes, sizeof(bytes) - 1, &was_reset);
	assert_true(was_reset);
	the_witness_names(*state, "reset-body", &row);
	assert_half(bytes, length, &row);
}

/* Items that differ in what is drawn for them at a rate of a half. */
static void find_items(const char *fault, unsigned long long *without,
	unsigned long long *with)
{
	struct faults faults = parsed(fault);

	*without = *with = 0;
	while (faults_draw(&faults, 7, *without, 1))
		++*without;
	while (!faults_draw(&faults, 7, *with, 1))
		++*with;
}

/* The client reads nothing until the server has closed both. */
static void what_goes_before_a_reset_arrives(void **state)
{
	enum { PAYLOAD = 300000 };
	unsigned long long whole, broken;
	char request[512], *bytes = malloc(2 * PAYLOAD);
	int was_reset, fd = live_connect_to(*state);
	struct row row;
	size_t length;

	assert_non_null(bytes);
	find_items("reset:0.5", &whole, &broken);
	live_configure(*state, "fault=reset:0.5&payload=300000", 200);
	(void)snprintf(request, sizeof(request),
		GET_CN "X-Flagrace-Item: t/%llu/1\r\n\r\n" GET_CN
		       "X-Flagrace-Item: u/%llu/1\r\n\r\n",
		whole, broken);
	live_send_text(fd, request);
	/* Until the whole answer is sent; the broken one follows at once. */
	do
		row.bytes = 0;
	while (!live_witness(*state, "?trial=t", &row, 1) || !row.bytes);
	length = read_all(fd, bytes, 2 * PAYLOAD, &was_reset);
	assert_true(was_reset);
	assert_true(length > PAYLOAD);
	free(bytes);
	(void)close(fd);
}

static void truncate_is_an_end_after_half_of_it(void **state)
{
	char bytes[8192] = "";
	struct row row;
	int was_reset;
	size_t length;

	live_configure(*state, "fault=truncate:1", 200);
	length = get_flag(*state, bytes, sizeof(bytes) - 1, &was_reset);
	assert_false(was_reset);
	the_witness_names(*state, "truncate", &row);
	assert_half(bytes, length, &row);
}

static void close_breaks_the_promise_behind_a_whole_answer(void **state)
{
	struct answer answer;
	struct row rows[2];
	int fd = live_connect_to(*state);

	live_configure(*state, "fault=close:1", 200);
	live_send_text(fd, GET_CN ITEM("t/0/1") END GET_CN ITEM("t/1/1") END);
	live_read_answer(fd, &answer, 0);
	assert_null(strstr(answer.text, "Connection: close"));
	live_expect_end(fd);
	/* Even before the client has closed. */
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
	(void)close(fd);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 2), 2);
	assert_string_equal(rows[0].fault, "close");
	assert_int_equal(rows[0].bytes, answer.body_length);
	assert_int_equal(rows[1].bytes, 0);
	assert_true(rows[1].gone_ns > rows[0].sent_ns);
}

static void a_stall_never_answers_but_lets_go(void **state)
{
	struct answer answer;
	struct row row;
	int fd = live_connect_to(*state);

	live_configure(*state, "fault=stall:1", 200);
	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	while (!live_stat_of(*state, "in_flight"))
		;
	/* Other clients are served; this one has had no byte yet. */
	live_ask(*state, "GET /_flagrace/config HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(recv(fd, answer.text, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	(void)close(fd);
	while (live_stat_of(*state, "in_flight"))
		;
	the_witness_names(*state, "stall", &row);
	assert_int_equal(row.sent_ns, 0);
	assert_true(row.gone_ns > row.arrival_ns + row.delay_ns);
}

/* As many as the server takes at once, and one that stays unread. */
static void a_full_queue_behind_a_stall_lets_go_too(void **state)
{
	enum { REQUESTS = 65 };
	int fd = live_connect_to(*state);

	live_configure(*state, "fault=stall:1", 200);
	for (int i = 0; i < REQUESTS; i++)
		live_send_text(fd, GET_CN END);
	while (live_stat_of(*state, "in_flight") < REQUESTS - 1)
		;
	(void)close(fd);
	/* The connection that asks is open. */
	while (live_stat_of(*state, "connections_open") > 1)
		;
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
}

static void stopping_does_not_wait_for_a_stall(void **state)
{
	int fd = live_connect_to(*state);

	live_configure(*state, "fault=stall:1", 200);
	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	while (!live_stat_of(*state, "in_flight"))
		;
	live_order_stop(*state);
	live_expect_end(fd);
	(void)close(fd);
}

static void beyond_the_limit_there_is_429_at_once(void **state)
{
	struct row rows[4];
	struct answer answer;

	/* A token in 1000 s, so that none comes back during the test. */
	live_configure(*state,
		"limit=0.001/s,burst=2&latency=50ms&fault=418:100%&capacity=1",
		200);
	for (int i = 0; i < 4; i++) {
		ask_for(*state, i, &answer);
		assert_int_equal(answer.status, i < 2 ? 418 : 429);
		assert_int_equal(
			strstr(answer.text, "\r\nRetry-After: ") != NULL,
			i >= 2);
	}
	assert_non_null(strstr(answer.text, "\r\nRetry-After: 1000\r\n"));
	assert_int_equal(live_stat_of(*state, "requests"), 4);
	assert_int_equal(live_stat_of(*state, "limited"), 2);
	while (live_stat_of(*state, "in_flight"))
		;
	assert_int_equal(live_witness(*state, "?trial=t", rows, 4), 4);
	for (int i = 0; i < 4; i++) {
		const struct row *row = &rows[i];

		assert_int_equal(row->status, i < 2 ? 418 : 429);
		assert_string_equal(row->fault, i < 2 ? "status" : "limit");
		assert_int_equal(row->delay_ns, i < 2 ? 50000000 : 0);
		if (i < 2)
			continue;
		assert_int_equal(row->queue_ns, 0);
		assert_int_equal(row->bytes, answer.body_length);
	}
}

/* RFC 9110, 15.3.5, 15.3.6 and 15.4.5. */
static void a_status_without_content_has_none(void **state)
{
	static const char *const faults[] = {
		"fault=204:1", "fault=205:1", "fault=304:1"};
	struct answer answer;

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		live_configure(*state, faults[i], 200);
		live_ask(*state, "GET /flags/cn/cn.gif HTTP/1.0\r\n\r\n",
			&answer);
		assert_int_equal(answer.body_length, 0);
		assert_null(strstr(answer.text, "Content-Type"));
		assert_int_equal(strstr(answer.text,
					 "\r\nContent-Length: 0\r\n") != NULL,
			answer.status == 205);
	}
	live_configure(*state, "fault=451:1", 200);
	live_ask(*state, GET_CN END, &answer);
	assert_string_equal(answer.body, "Something Else\n");
	live_configure(*state, "fault=402:1", 200);
	live_ask(*state, GET_CN END, &answer);
	assert_string_equal(answer.body, "Payment Required\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_has_its_rate),
		cmocka_unit_test(faults_go_by_seed_item_and_attempt),
		cmocka_unit_test(none_is_no_fault_and_all_is_all),
		cmocka_unit_test(a_pace_is_never_too_fast_and_gets_there),
		LIVE(a_status_is_answered_instead),
		LIVE(a_status_without_content_has_none),
		LIVE(reset_is_a_reset_without_a_byte),
		LIVE(reset_body_is_a_reset_after_half_of_it),
		LIVE(what_goes_before_a_reset_arrives),
		LIVE(truncate_is_an_end_after_half_of_it),
		LIVE(close_breaks_the_promise_behind_a_whole_answer),
		LIVE(a_stall_never_answers_but_lets_go),
		LIVE(a_full_queue_behind_a_stall_lets_go_too),
		LIVE(stopping_does_not_wait_for_a_stall),
		LIVE(beyond_the_limit_there_is_429_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
