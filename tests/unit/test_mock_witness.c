/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the witness records of a request besides its item. */
#include "tests/unit/live_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock_server/clock.h"

static void a_row_tells_whose_request_it_was_and_how_it_came(void **state)
{
	struct answer answer;
	struct row rows[4];

	live_ask(*state, GET_CN ITEM("t/0/1") END, &answer);
	live_ask(*state,
		"HEAD /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n" ITEM("u/1/1")
			END,
		&answer);
	live_ask(*state, "POST /flags/cn/cn.gif HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(live_witness(*state, "?all", rows, 4), 3);
	assert_string_equal(rows[0].trial, "t");
	assert_string_equal(rows[0].method, "GET");
	assert_string_equal(rows[0].protocol, "http/1.1");
	assert_string_equal(rows[1].trial, "u");
	assert_string_equal(rows[1].method, "HEAD");
	assert_string_equal(rows[2].trial, "");
	assert_string_equal(rows[2].method, "other");
	assert_string_equal(rows[2].protocol, "http/1.0");
	assert_int_equal(live_witness(*state, "?trial=u", rows, 4), 1);
	assert_string_equal(rows[0].trial, "u");
}

/* Begun early and ended late: both are recorded. */
static void the_stamps_of_a_request_are_in_order(void **state)
{
	int fd = live_connect_to(*state);
	struct answer answer;
	struct row rows[2];
	uint64_t between_ns;

	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	live_read_answer(fd, &answer, 0);
	live_send_text(fd, GET_CN ITEM("t/1/1"));
	/* The server has read it when it answers a later request. */
	while (live_stat_of(*state, "requests") != 1)
		;
	(void)live_stat_of(*state, "requests");
	between_ns = clock_now_ns();
	live_send_text(fd, END);
	live_read_answer(fd, &answer, 0);
	(void)close(fd);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 2), 2);
	for (int i = 0; i < 2; i++) {
		assert_true(rows[i].accepted_ns <= rows[i].sent_ns);
		assert_true(rows[i].first_in_ns <= rows[i].arrival_ns);
		assert_true(rows[i].arrival_ns <= rows[i].sent_ns);
		assert_true(rows[i].sent_ns <= rows[i].done_ns);
		assert_true(rows[i].done_ns <= clock_now_ns());
	}
	assert_true(rows[0].accepted_ns == rows[1].accepted_ns);
	assert_true(rows[0].done_ns <= rows[1].first_in_ns);
	assert_true(rows[1].first_in_ns < between_ns);
	assert_true(rows[1].arrival_ns >= between_ns);
}

static void a_slow_body_is_done_later_than_begun(void **state)
{
	struct answer answer;
	struct row row;

	live_configure(*state, "payload=1000&bandwidth=100kB/s", 200);
	live_ask(*state, GET_CN ITEM("t/0/1") END, &answer);
	assert_int_equal(live_witness(*state, "?trial=t", &row, 1), 1);
	assert_true(row.done_ns >= row.sent_ns + 9000000);
}

static void an_answer_that_was_given_up_is_never_done(void **state)
{
	int fd = live_connect_to(*state);
	struct row row;

	live_configure(*state, "latency=3600s", 200);
	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	while (!live_stat_of(*state, "in_flight"))
		;
	live_reset(fd);
	while (live_stat_of(*state, "in_flight"))
		;
	assert_int_equal(live_witness(*state, "?all", &row, 1), 1);
	assert_int_equal(row.done_ns, 0);
	assert_true(row.gone_ns >= row.arrival_ns);
}

static unsigned long field_of(const struct answer *answer, const char *name)
{
	const char *found = strstr(answer->text, name);

	assert_non_null(found);
	return strtoul(found + strlen(name), NULL, 10);
}

static void the_epoch_tells_who_configured(void **state)
{
	static const char name[] = "\r\nX-Flagrace-Epoch: ";
	struct answer answer;
	unsigned long mine;

	live_ask(*state,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: 6\r\n\r\nseed=3",
		&answer);
	mine = field_of(&answer, name);
	live_ask(
		*state, "GET /_flagrace/witness?all HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(field_of(&answer, name), mine);
	live_configure(*state, "seed=3", 200);
	live_ask(
		*state, "GET /_flagrace/witness?all HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(field_of(&answer, name), mine + 1);
}

static void refused_connections_are_counted_by_epoch(void **state)
{
	static const char name[] = "\r\nX-Flagrace-Refused: ";
	static const char get[] =
		"GET /_flagrace/witness HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct answer answer;
	int fd = live_connect_to(*state);

	live_configure(*state, "max-connections=1", 200);
	live_send_text(fd, get);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(field_of(&answer, name), 0);
	for (unsigned i = 0; i < 3; i++) {
		char byte;
		int refused = live_connect_to(*state);

		if (refused >= 0) {
			assert_int_equal(read(refused, &byte, 1), -1);
			(void)close(refused);
		}
	}
	live_send_text(fd, get);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(field_of(&answer, name), 3);
	live_send_text(fd,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Content-Length: 17\r\n\r\nmax-connections=0");
	live_read_answer(fd, &answer, 0);
	(void)close(fd);
	assert_int_equal(live_stat_of(*state, "connections_refused"), 0);
}

/* More rows than are allocated, copied or printed at once. */
static void many_rows_are_told_in_order(void **state)
{
	enum { ROWS = 9000, SIZE = 4 << 20 };
	char *text = malloc(SIZE), request[160];
	size_t have = 0;
	const char *line;
	struct answer answer;
	int fd = live_connect_to(*state);

	assert_non_null(text);
	for (int i = 0; i < ROWS; i++) {
		(void)snprintf(request, sizeof(request),
			"HEAD /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n"
			"X-Flagrace-Item: t/%d/1\r\n\r\n",
			i);
		live_send_text(fd, request);
		live_read_answer(fd, &answer, 1);
	}
	(void)close(fd);
	fd = live_connect_to(*state);
	live_send_text(fd, "GET /_flagrace/witness?all HTTP/1.0\r\n\r\n");
	for (ssize_t n = 1; n > 0; have += (size_t)n) {
		n = read(fd, text + have, SIZE - 1 - have);
		assert_true(n >= 0);
	}
	text[have] = '\0';
	(void)close(fd);
	line = strstr(text, "\r\n\r\nitem,");
	assert_non_null(line);
	line = strstr(line + 4, "\r\n") + 2;
	for (int i = 0; i < ROWS; i++) {
		assert_int_equal(atoi(line), i);
		line = strstr(line, "\r\n") + 2;
	}
	assert_int_equal(*line, '\0');
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE(a_row_tells_whose_request_it_was_and_how_it_came),
		LIVE(the_stamps_of_a_request_are_in_order),
		LIVE(a_slow_body_is_done_later_than_begun),
		LIVE(an_answer_that_was_given_up_is_never_done),
		LIVE(the_epoch_tells_who_configured),
		LIVE(many_rows_are_told_in_order),
		LIVE(refused_connections_are_counted_by_epoch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
