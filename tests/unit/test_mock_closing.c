/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How connections end, one by one and when the server stops. */
#include "tests/unit/live_server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void connection_close_is_heeded(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN "Connection: close\r\n" END);
	live_read_answer(fd, &answer, 0);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	live_expect_end(fd);
	(void)close(fd);
}

/* It reads nothing until the server has written all. */
static void a_last_answer_outlives_what_the_client_still_sends(void **state)
{
	enum { PAYLOAD = 300000 };
	int fd = live_connect_to(*state);
	char *bytes = malloc(PAYLOAD);
	size_t length = 0;
	struct row row;
	ssize_t n;

	assert_non_null(bytes);
	live_configure(*state, "payload=300000", 200);
	live_send_text(fd, GET_CN ITEM("t/0/1") "Connection: close\r\n" END);
	do
		row.bytes = 0;
	while (!live_witness(*state, "?trial=t", &row, 1) || !row.bytes);
	live_send_text(fd, GET_CN END);
	/* So that the server has accepted the connection. */
	(void)live_stat_of(*state, "requests");
	while ((n = recv(fd, bytes, PAYLOAD, 0)) > 0)
		length += (size_t)n;
	assert_int_equal(n, 0);
	assert_true(length > PAYLOAD);
	free(bytes);
	(void)close(fd);
}

static void a_client_that_has_sent_all_is_still_answered(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN END GET_CN END);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	live_read_answer(fd, &answer, 0);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	live_expect_end(fd);
	(void)close(fd);
}

static void a_refused_client_reads_the_refusal_then_the_end(void **state)
{
	char junk[20000];
	struct answer answer;
	int fd = live_connect_to(*state);

	memset(junk, 'a', sizeof(junk));
	junk[sizeof(junk) - 1] = '\0';
	live_send_text(fd, "GET /");
	live_send_text(fd, junk);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 414);
	live_expect_end(fd);
	(void)close(fd);
}

static void stopping_answers_what_is_in_flight_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct answer answer;
	int idle = live_connect_to(f), first = live_connect_to(f);
	int busy = live_connect_to(f);

	live_send_text(first, GET_CN ITEM("t/2/1") END);
	while (!live_stat_of(f, "in_flight"))
		;
	live_send_text(busy, GET_CN ITEM("t/1/1") END);
	while (live_stat_of(f, "in_flight") < 2)
		;
	live_order_stop(f);
	live_expect_end(idle); /* so it has stopped accepting */
	assert_int_equal(live_connect_to(f), -1);
	live_reset(first);
	live_read_answer(busy, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	live_expect_end(busy);
	(void)close(idle);
	(void)close(busy);
}

/* More requests than the server takes at once. */
static void stopping_answers_all_that_was_read(void **state)
{
	enum { REQUESTS = 100, TAKEN = 64 };
	static const char request[] = GET_CN END;
	const size_t length = sizeof(request) - 1;
	char text[REQUESTS * sizeof(request)];
	struct answer answer;
	int fd = live_connect_to(*state);

	live_configure(*state, "latency=200ms", 200);
	for (size_t i = 0; i < REQUESTS; i++)
		memcpy(text + i * length, request, length + 1);
	live_send_text(fd, text);
	while (live_stat_of(*state, "requests") < TAKEN)
		;
	live_order_stop(*state);
	for (int i = 0; i < REQUESTS; i++) {
		live_read_answer(fd, &answer, 0);
		assert_int_equal(answer.status, 200);
		assert_true(!strstr(answer.text, "Connection: close") ==
			(i < REQUESTS - 1));
	}
	live_expect_end(fd);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(connection_close_is_heeded),
		LIVE(a_last_answer_outlives_what_the_client_still_sends),
		LIVE(a_client_that_has_sent_all_is_still_answered),
		LIVE(a_refused_client_reads_the_refusal_then_the_end),
		HELD(stopping_answers_what_is_in_flight_and_no_more),
		LIVE(stopping_answers_all_that_was_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
