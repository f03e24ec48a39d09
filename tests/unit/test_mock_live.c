/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a client sees of a live server. */
#include "tests/unit/live_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void a_connection_is_kept_and_answers_each_request(void **state)
{
	struct answer first, second;
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN END);
	live_read_answer(fd, &first, 0);
	assert_int_equal(first.status, 200);
	assert_memory_equal(first.body, "GIF89a", 6);
	assert_null(strstr(first.text, "Connection:"));
	live_send_text(fd, GET_CN END);
	live_read_answer(fd, &second, 0);
	assert_int_equal(second.body_length, first.body_length);
	assert_memory_equal(second.body, first.body, first.body_length);
	(void)close(fd);
}

static void a_request_sent_byte_by_byte_is_answered(void **state)
{
	const char *request = GET_CN END;
	struct answer answer;
	int fd = live_connect_to(*state);

	for (const char *c = request; *c; c++)
		assert_int_equal(send(fd, c, 1, MSG_NOSIGNAL), 1);
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(fd);
}

static void http_1_0_is_answered_and_closed(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	live_send_text(fd, "GET /flags/fr/fr.gif HTTP/1.0\r\n\r\n");
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	live_expect_end(fd);
	(void)close(fd);
}

static void http_1_0_is_kept_when_it_asks_for_it(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	for (int i = 0; i < 2; i++) {
		live_send_text(fd,
			"GET /flags/fr/fr.gif HTTP/1.0\r\n"
			"Connection: keep-alive\r\n\r\n");
		live_read_answer(fd, &answer, 0);
		assert_non_null(
			strstr(answer.text, "\r\nConnection: keep-alive\r\n"));
	}
	(void)close(fd);
}

static void head_has_the_length_and_no_body(void **state)
{
	struct answer get, head;
	struct row rows[2];
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN ITEM("t/0/1") END);
	live_read_answer(fd, &get, 0);
	live_send_text(fd,
		"HEAD /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n" ITEM("t/1/1")
			END GET_CN END);
	live_read_answer(fd, &head, 1);
	assert_int_equal(head.length, get.length - get.body_length);
	live_read_answer(fd, &get, 0); /* at once behind the head */
	assert_int_equal(get.status, 200);
	(void)close(fd);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 2), 2);
	assert_int_equal(rows[1].bytes, 0);
	assert_string_equal(rows[1].hash, "2d06800538d394c2");
}

static void a_refused_head_has_no_body(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	live_send_text(fd, "HEAD /flags/cn/cn.gif HTTP/1.1\r\n\r\n");
	live_read_answer(fd, &answer, 1);
	assert_int_equal(answer.status, 400);
	live_expect_end(fd);
	(void)close(fd);
}

static void unknown_methods_get_501_and_the_connection_is_kept(void **state)
{
	static const char *const paths[] = {
		"/flags/cn/cn.gif", "/_flagrace/stats"};
	struct answer answer;
	int fd = live_connect_to(*state);

	for (size_t i = 0; i < 2; i++) {
		char request[64];

		(void)snprintf(request, sizeof(request),
			"FOO %s HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", paths[i]);
		live_send_text(fd, request);
		live_read_answer(fd, &answer, 0);
		assert_int_equal(answer.status, 501);
	}
	(void)close(fd);
}

static void unknown_flags_get_404_and_other_methods_405(void **state)
{
	struct answer answer;

	live_ask(*state, "GET /flags/xx/xx.gif HTTP/1.1\r\nHost: a\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 404);
	live_ask(*state, "DELETE /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 405);
	assert_non_null(strstr(answer.text, "\r\nAllow: GET, HEAD\r\n"));
	live_ask(*state,
		"PUT /_flagrace/stats HTTP/1.1\r\nHost: localhost\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 405);
	live_ask(*state, "GET /_flagrace/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 404);
}

static void a_malformed_item_gets_400_and_is_not_witnessed(void **state)
{
	struct answer answer;

	live_ask(*state, GET_CN ITEM("t/1") END, &answer);
	assert_int_equal(answer.status, 400);
	assert_int_equal(live_stat_of(*state, "requests"), 0);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	enum { REQUESTS = 1000 };
	struct row *rows = calloc(REQUESTS, sizeof(*rows));
	struct answer answer;
	int fd = live_connect_to(*state);

	assert_non_null(rows);
	for (int i = 0; i < REQUESTS; i++) {
		char request[160];

		(void)snprintf(request, sizeof(request),
			"GET /flags/%s/metadata.json HTTP/1.1\r\nHost: a\r\n"
			"X-Flagrace-Item: p/%d/1\r\n\r\n",
			i % 2 ? "us" : "br", i);
		live_send_text(fd, request);
	}
	for (int i = 0; i < REQUESTS; i++) {
		live_read_answer(fd, &answer, 0);
		assert_non_null(strstr(
			answer.body, i % 2 ? "United States" : "Brazil"));
	}
	(void)close(fd);
	assert_int_equal(live_stat_of(*state, "requests"), REQUESTS);
	assert_int_equal(live_stat_of(*state, "in_flight"), 0);
	free(rows);
}

static void pipelined_delays_run_side_by_side(void **state)
{
	struct answer answer;
	struct row rows[2];
	int fd = live_connect_to(*state);

	live_send_text(fd, GET_CN ITEM("t/0/1") END GET_CN ITEM("t/1/1") END);
	live_read_answer(fd, &answer, 0);
	live_read_answer(fd, &answer, 0);
	(void)close(fd);
	assert_int_equal(live_witness(*state, "?trial=t", rows, 2), 2);
	/* Its delay began before that of the first one had ended. */
	assert_int_equal(rows[1].in_flight, 2);
	assert_true(rows[1].arrival_ns < rows[0].sent_ns);
	assert_true(rows[1].sent_ns < rows[0].sent_ns + rows[1].delay_ns);
}

static void a_body_is_awaited_with_100_continue(void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);

	live_send_text(fd,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n");
	live_read_answer(fd, &answer, 1);
	assert_int_equal(answer.status, 100);
	live_send_text(fd, "seed=8");
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "latency=0s&seed=8" REST);
	(void)close(fd);
}

static void a_body_behind_an_answer_that_is_due_later_is_awaited_too(
	void **state)
{
	struct answer answer;
	int fd = live_connect_to(*state);
	char byte;

	live_configure(*state, "latency=20ms", 200);
	live_send_text(fd,
		GET_CN END
		"PUT /_flagrace/config HTTP/1.1\r\nHost: localhost\r\n"
		"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n");
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	/* By now the server has done what it does after an answer. */
	(void)live_stat_of(*state, "requests");
	assert_int_equal(recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT), 1);
	live_read_answer(fd, &answer, 1);
	assert_int_equal(answer.status, 100);
	live_send_text(fd, "seed=8");
	live_read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(fd);
}

static void a_port_in_use_is_told(void **state)
{
	struct fixture *f = *state;
	char text[64];

	for (unsigned workers = 1; workers <= 2; workers++) {
		const struct mock_server_options options = {.host = "127.0.0.1",
			.port = f->port,
			.workers = workers};
		struct mock_server *second;
		struct mock_error err = {""};

		assert_int_equal(
			mock_server_open(&second, &options, &err), -EADDRINUSE);
		assert_null(second);
		(void)snprintf(text, sizeof(text),
			"port %u of 127.0.0.1 is in use", f->port);
		assert_string_equal(err.text, text);
	}
}

/* A socket that listens on a free port of loopback. */
static int listen_elsewhere(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(
		bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(
		getsockname(fd, (struct sockaddr *)&address, &length), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void a_socket_that_listens_is_served_too(void **state)
{
	struct answer answer;
	uint16_t port;

	(void)state;
	for (unsigned workers = 1; workers <= 2; workers++) {
		int fd = listen_elsewhere(&port);
		const struct mock_server_options options = {
			.host = "127.0.0.1",
			.listen_fd = fd,
			.workers = workers,
			.token = "secret",
		};
		struct fixture *f;
		void *started;
		uint16_t first;

		assert_int_equal(live_start_with(&started, &options), 0);
		f = started;
		first = f->port;
		assert_int_not_equal(first, port);
		live_ask(f, GET_CN END, &answer);
		assert_int_equal(answer.status, 200);
		f->port = port;
		live_ask(f, GET_CN END, &answer);
		assert_int_equal(answer.status, 200);
		/* The token guards both. */
		live_ask(f, "GET /_flagrace/stats HTTP/1.0\r\n\r\n", &answer);
		assert_int_equal(answer.status, 403);
		live_ask(f,
			"GET /_flagrace/stats HTTP/1.0\r\nHost: 10.77.0.2:80"
			"\r\nFlagrace-Token: secret\r\n\r\n",
			&answer);
		assert_int_equal(answer.status, 200);
		assert_int_equal(live_stop(&started), 0);
		/* It stays the caller's, but refuses clients. */
		assert_int_equal(close(fd), 0);
	}
}

static void bad_options_are_told(void **state)
{
	const struct mock_setting bad = {"latency", "x"};
	const struct {
		struct mock_server_options options;
		const char *says;
	} cases[] = {
		{{.host = "256.0.0.1.", .workers = 1}, "host '256.0.0.1.'"},
		{{.host = "127.0.0.1", .workers = 0}, "1 to 64"},
		{{.host = "127.0.0.1",
			 .workers = 1,
			 .settings = &bad,
			 .settings_count = 1},
			"'x' is not a duration"},
		{{.host = "127.0.0.1", .workers = 1, .root = "/dev/null"},
			"root '/dev/null': Not a directory"},
		{{.host = "127.0.0.1", .workers = 1, .access_log = "/"},
			"access-log '/': Is a directory"},
		{{.host = "127.0.0.1", .workers = 1, .listen_fd = 2},
			"listen-fd '2': not a socket that listens"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct mock_server *server;
		struct mock_error err = {""};

		assert_int_equal(
			mock_server_open(&server, &cases[i].options, &err),
			-EINVAL);
		assert_null(server);
		assert_non_null(strstr(err.text, cases[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(a_connection_is_kept_and_answers_each_request),
		LIVE(a_request_sent_byte_by_byte_is_answered),
		LIVE(http_1_0_is_answered_and_closed),
		LIVE(http_1_0_is_kept_when_it_asks_for_it),
		LIVE(head_has_the_length_and_no_body),
		LIVE(a_refused_head_has_no_body),
		LIVE(unknown_methods_get_501_and_the_connection_is_kept),
		LIVE(unknown_flags_get_404_and_other_methods_405),
		LIVE(a_malformed_item_gets_400_and_is_not_witnessed),
		LIVE(pipelined_requests_are_answered_in_order),
		LIVE(a_body_is_awaited_with_100_continue),
		LIVE(a_body_behind_an_answer_that_is_due_later_is_awaited_too),
		LIVE(a_port_in_use_is_told),
		cmocka_unit_test(a_socket_that_listens_is_served_too),
		SLOW(pipelined_delays_run_side_by_side),
		cmocka_unit_test(bad_options_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
