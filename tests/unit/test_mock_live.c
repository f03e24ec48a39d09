/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A server in a thread of the test, asked over sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/mock_server.h"

#define GET_CN   "GET /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n"
#define ITEM(id) "X-Flagrace-Item: " id "\r\n"
#define END      "\r\n"

enum { ANSWER_MAX = 65536 };

struct fixture {
	struct mock_server *server;
	int stop_fd;
	uint16_t port;
	pthread_t thread;
	int result; /* of mock_server_run; read after joining */
};

static void *serve(void *arg)
{
	struct fixture *f = arg;

	f->result = mock_server_run(f->server, f->stop_fd);
	return NULL;
}

static int start_with(void **state, const char *latency)
{
	const struct mock_server_options options = {
		.host = "127.0.0.1", .latency = latency, .seed = 7};
	struct fixture *f = calloc(1, sizeof(*f));
	struct mock_error err;

	if (!f)
		return -1;
	*state = f;
	f->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (f->stop_fd < 0 || mock_server_open(&f->server, &options, &err))
		return -1;
	f->port = (uint16_t)atoi(strrchr(mock_server_url(f->server), ':') + 1);
	return pthread_create(&f->thread, NULL, serve, f);
}

static int start(void **state)
{
	return start_with(state, "0s");
}

/* Late enough that whatever a test does meanwhile is done before. */
static int start_slow(void **state)
{
	return start_with(state, "1s");
}

static void order_stop(struct fixture *f)
{
	const uint64_t one = 1;

	assert_int_equal(write(f->stop_fd, &one, sizeof(one)), sizeof(one));
}

static int stop(void **state)
{
	struct fixture *f = *state;

	order_stop(f);
	(void)pthread_join(f->thread, NULL);
	mock_server_close(f->server);
	(void)close(f->stop_fd);
	if (f->result)
		print_error("mock_server_run: %d\n", f->result);
	free(f);
	return 0;
}

static int connect_to(const struct fixture *f)
{
	const struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(f->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address))) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static void send_text(int fd, const char *text)
{
	size_t length = strlen(text);

	assert_int_equal(send(fd, text, length, MSG_NOSIGNAL), length);
}

struct answer {
	char text[ANSWER_MAX]; /* head and body, '\0' behind */
	size_t length;
	unsigned status;
	const char *body;
	size_t body_length;
};

/* Reads one byte; false at the end. */
static int read_byte(int fd, struct answer *answer)
{
	assert_true(answer->length < ANSWER_MAX - 1);
	if (recv(fd, answer->text + answer->length, 1, 0) != 1)
		return 0;
	answer->text[++answer->length] = '\0';
	return 1;
}

/* Reads one answer, no byte more; without its body when `head_only`. */
static void read_answer(int fd, struct answer *answer, int head_only)
{
	const char *length;

	answer->length = 0;
	answer->text[0] = '\0';
	while (!strstr(answer->text, "\r\n\r\n"))
		assert_true(read_byte(fd, answer));
	answer->status = (unsigned)atoi(answer->text + strlen("HTTP/1.1 "));
	answer->body_length = 0;
	length = strstr(answer->text, "Content-Length: ");
	if (length && !head_only)
		answer->body_length = (size_t)atoi(length + 16);
	answer->body = answer->text + answer->length;
	for (size_t i = 0; i < answer->body_length; i++)
		assert_true(read_byte(fd, answer));
}

static void expect_end(int fd)
{
	char byte;

	assert_int_equal(recv(fd, &byte, 1, 0), 0);
}

/* One request on a connection of its own. */
static void ask(
	const struct fixture *f, const char *request, struct answer *answer)
{
	int fd = connect_to(f);

	assert_true(fd >= 0);
	send_text(fd, request);
	read_answer(fd, answer, strncmp(request, "HEAD", 4) == 0);
	(void)close(fd);
}

static void configure(
	const struct fixture *f, const char *form, unsigned status)
{
	char request[512];
	struct answer answer;

	(void)snprintf(request, sizeof(request),
		"PUT /_flagrace/config HTTP/1.1\r\nHost: a\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		strlen(form), form);
	ask(f, request, &answer);
	assert_int_equal(answer.status, status);
}

static uint64_t stat_of(const struct fixture *f, const char *name)
{
	struct answer answer;
	char key[64];
	const char *found;

	ask(f, "GET /_flagrace/stats HTTP/1.0\r\n\r\n", &answer);
	(void)snprintf(key, sizeof(key), "\"%s\": ", name);
	found = strstr(answer.body, key);
	assert_non_null(found);
	return strtoull(found + strlen(key), NULL, 10);
}

struct row {
	unsigned long item, attempt;
	unsigned long long arrival_ns, delay_ns, sent_ns, bytes;
	char hash[17];
	unsigned long in_flight, connection;
	unsigned status;
};

/* The rows that /_flagrace/witness answers to a query; how many. */
static size_t witness(const struct fixture *f, const char *query,
	struct row *rows, size_t max)
{
	static const char header[] =
		"item,attempt,arrival_ns,delay_ns,sent_ns,bytes,hash,"
		"in_flight_at_arrival,connection,status,path_hash\r\n";
	char request[128];
	struct answer answer;
	const char *line;
	size_t n = 0;

	(void)snprintf(request, sizeof(request),
		"GET /_flagrace/witness%s HTTP/1.0\r\n\r\n", query);
	ask(f, request, &answer);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, "\r\nX-Flagrace-Dropped: 0\r\n"));
	assert_memory_equal(answer.body, header, strlen(header));
	for (line = answer.body + strlen(header); *line; n++) {
		assert_true(n < max);
		assert_int_equal(
			sscanf(line,
				"%lu,%lu,%llu,%llu,%llu,%llu,%16[0-9a-f],%lu,%lu,%u\r\n",
				&rows[n].item, &rows[n].attempt,
				&rows[n].arrival_ns, &rows[n].delay_ns,
				&rows[n].sent_ns, &rows[n].bytes, rows[n].hash,
				&rows[n].in_flight, &rows[n].connection,
				&rows[n].status),
			10);
		line = strstr(line, "\r\n") + 2;
	}
	return n;
}

static void a_connection_is_kept_and_answers_each_request(void **state)
{
	struct answer first, second;
	int fd = connect_to(*state);

	send_text(fd, GET_CN END);
	read_answer(fd, &first, 0);
	assert_int_equal(first.status, 200);
	assert_memory_equal(first.body, "GIF89a", 6);
	assert_null(strstr(first.text, "Connection:"));
	send_text(fd, GET_CN END);
	read_answer(fd, &second, 0);
	assert_int_equal(second.body_length, first.body_length);
	assert_memory_equal(second.body, first.body, first.body_length);
	(void)close(fd);
}

static void a_request_sent_byte_by_byte_is_answered(void **state)
{
	const char *request = GET_CN END;
	struct answer answer;
	int fd = connect_to(*state);

	for (const char *c = request; *c; c++)
		assert_int_equal(send(fd, c, 1, MSG_NOSIGNAL), 1);
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(fd);
}

static void http_1_0_is_answered_and_closed(void **state)
{
	struct answer answer;
	int fd = connect_to(*state);

	send_text(fd, "GET /flags/fr/fr.gif HTTP/1.0\r\n\r\n");
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	expect_end(fd);
	(void)close(fd);
}

static void http_1_0_is_kept_when_it_asks_for_it(void **state)
{
	struct answer answer;
	int fd = connect_to(*state);

	for (int i = 0; i < 2; i++) {
		send_text(fd,
			"GET /flags/fr/fr.gif HTTP/1.0\r\n"
			"Connection: keep-alive\r\n\r\n");
		read_answer(fd, &answer, 0);
		assert_non_null(
			strstr(answer.text, "\r\nConnection: keep-alive\r\n"));
	}
	(void)close(fd);
}

static void connection_close_is_heeded(void **state)
{
	struct answer answer;
	int fd = connect_to(*state);

	send_text(fd, GET_CN "Connection: close\r\n" END);
	read_answer(fd, &answer, 0);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	expect_end(fd);
	(void)close(fd);
}

static void a_client_that_has_sent_all_is_still_answered(void **state)
{
	struct answer answer;
	int fd = connect_to(*state);

	send_text(fd, GET_CN END GET_CN END);
	assert_int_equal(shutdown(fd, SHUT_WR), 0);
	read_answer(fd, &answer, 0);
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	expect_end(fd);
	(void)close(fd);
}

static void head_has_the_length_and_no_body(void **state)
{
	struct answer get, head;
	struct row rows[2];
	int fd = connect_to(*state);

	send_text(fd, GET_CN ITEM("t/0/1") END);
	read_answer(fd, &get, 0);
	send_text(fd,
		"HEAD /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n" ITEM("t/1/1")
			END GET_CN END);
	read_answer(fd, &head, 1);
	assert_int_equal(head.length, get.length - get.body_length);
	read_answer(fd, &get, 0); /* at once behind the head */
	assert_int_equal(get.status, 200);
	(void)close(fd);
	assert_int_equal(witness(*state, "?trial=t", rows, 2), 2);
	assert_int_equal(rows[1].bytes, 0);
	assert_string_equal(rows[1].hash, "2d06800538d394c2");
}

static void unknown_flags_get_404_and_other_methods_405(void **state)
{
	struct answer answer;

	ask(*state, "GET /flags/xx/xx.gif HTTP/1.1\r\nHost: a\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 404);
	ask(*state, "DELETE /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 405);
	assert_non_null(strstr(answer.text, "\r\nAllow: GET, HEAD\r\n"));
	ask(*state, "PUT /_flagrace/stats HTTP/1.1\r\nHost: a\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 405);
	ask(*state, "GET /_flagrace/x HTTP/1.1\r\nHost: a\r\n\r\n", &answer);
	assert_int_equal(answer.status, 404);
}

static void a_malformed_item_gets_400_and_is_not_witnessed(void **state)
{
	struct answer answer;

	ask(*state, GET_CN ITEM("t/1") END, &answer);
	assert_int_equal(answer.status, 400);
	assert_int_equal(stat_of(*state, "requests"), 0);
}

static void a_refused_client_reads_the_refusal_then_the_end(void **state)
{
	char junk[20000];
	struct answer answer;
	int fd = connect_to(*state);

	memset(junk, 'a', sizeof(junk));
	junk[sizeof(junk) - 1] = '\0';
	send_text(fd, "GET /");
	send_text(fd, junk);
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 414);
	expect_end(fd);
	(void)close(fd);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
	enum { REQUESTS = 1000 };
	struct row *rows = calloc(REQUESTS, sizeof(*rows));
	struct answer answer;
	int fd = connect_to(*state);

	assert_non_null(rows);
	for (int i = 0; i < REQUESTS; i++) {
		char request[160];

		(void)snprintf(request, sizeof(request),
			"GET /flags/%s/metadata.json HTTP/1.1\r\nHost: a\r\n"
			"X-Flagrace-Item: p/%d/1\r\n\r\n",
			i % 2 ? "us" : "br", i);
		send_text(fd, request);
	}
	for (int i = 0; i < REQUESTS; i++) {
		read_answer(fd, &answer, 0);
		assert_non_null(strstr(
			answer.body, i % 2 ? "United States" : "Brazil"));
	}
	(void)close(fd);
	assert_int_equal(stat_of(*state, "requests"), REQUESTS);
	assert_int_equal(stat_of(*state, "in_flight"), 0);
	free(rows);
}

static void the_witness_tells_what_was_asked_and_sent(void **state)
{
	struct answer cn, none;
	struct row rows[3];
	int fd = connect_to(*state);

	configure(*state, "latency=uniform:1ms,3ms", 200);
	send_text(fd, GET_CN ITEM("t/5/2") END);
	read_answer(fd, &cn, 0);
	send_text(fd,
		"GET /flags/xx/xx.gif HTTP/1.1\r\nHost: a\r\n" ITEM("t/6/1")
			END);
	read_answer(fd, &none, 0);
	ask(*state, GET_CN ITEM("other/5/2") END, &cn);
	assert_int_equal(witness(*state, "?trial=t", rows, 3), 2);
	assert_int_equal(rows[0].item, 5);
	assert_int_equal(rows[0].attempt, 2);
	assert_int_equal(rows[0].bytes, cn.body_length);
	assert_int_equal(rows[0].status, 200);
	assert_int_equal(rows[0].in_flight, 1);
	assert_in_range(rows[0].delay_ns, 1000000, 3000000);
	assert_true(rows[0].sent_ns >= rows[0].arrival_ns + rows[0].delay_ns);
	assert_int_equal(rows[1].item, 6);
	assert_int_equal(rows[1].status, 404);
	assert_int_equal(rows[1].connection, rows[0].connection);
	assert_true(rows[1].arrival_ns > rows[0].sent_ns);
	assert_int_equal(witness(*state, "?trial=other", rows + 2, 1), 1);
	assert_string_equal(rows[2].hash, rows[0].hash);
	assert_int_equal(rows[2].delay_ns, rows[0].delay_ns);
	assert_true(rows[2].connection != rows[0].connection);
	(void)close(fd);
}

static void a_client_that_names_no_item_is_counted_by_path(void **state)
{
	struct answer answer;
	struct row rows[4];

	configure(*state, "latency=uniform:1us,1ms", 200);
	ask(*state, GET_CN END, &answer);
	ask(*state, "GET /flags/CN/cn.gif?x HTTP/1.0\r\n\r\n", &answer);
	ask(*state, "GET /flags/fr/fr.gif HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(witness(*state, "", rows, 4), 3);
	assert_int_equal(rows[0].attempt, 1);
	assert_int_equal(rows[1].attempt, 2);
	assert_int_equal(rows[1].item, rows[0].item);
	assert_int_equal(rows[2].attempt, 1);
	assert_true(rows[2].item != rows[0].item);
	configure(*state, "", 200); /* resets the counts */
	ask(*state, GET_CN END, &answer);
	assert_int_equal(witness(*state, "", rows + 3, 1), 1);
	assert_int_equal(rows[3].attempt, 1);
	assert_int_equal(rows[3].item, rows[0].item);
	assert_int_equal(rows[3].delay_ns, rows[0].delay_ns);
}

static void in_flight_counts_those_that_wait(void **state)
{
	struct answer answer;
	struct row rows[3];
	int fds[3];

	for (int i = 0; i < 3; i++) {
		char request[160];

		fds[i] = connect_to(*state);
		(void)snprintf(request, sizeof(request),
			GET_CN "X-Flagrace-Item: t/%d/1\r\n\r\n", i);
		send_text(fds[i], request);
	}
	for (int i = 0; i < 3; i++) {
		read_answer(fds[i], &answer, 0);
		(void)close(fds[i]);
	}
	assert_int_equal(stat_of(*state, "peak_in_flight"), 3);
	assert_int_equal(stat_of(*state, "in_flight"), 0);
	assert_int_equal(witness(*state, "?trial=t", rows, 3), 3);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(rows[i].in_flight, i + 1);
}

static void pipelined_delays_run_side_by_side(void **state)
{
	struct answer answer;
	struct row rows[2];
	int fd = connect_to(*state);

	send_text(fd, GET_CN ITEM("t/0/1") END GET_CN ITEM("t/1/1") END);
	read_answer(fd, &answer, 0);
	read_answer(fd, &answer, 0);
	(void)close(fd);
	assert_int_equal(witness(*state, "?trial=t", rows, 2), 2);
	assert_int_equal(rows[1].in_flight, 2);
	/* Its delay began before the first one's was over. */
	assert_true(rows[1].arrival_ns < rows[0].sent_ns);
	assert_true(rows[1].sent_ns < rows[0].sent_ns + rows[1].delay_ns);
}

static void a_new_epoch_forgets_what_was_in_flight(void **state)
{
	struct answer answer;
	struct row rows[1];
	int fd = connect_to(*state);

	send_text(fd, GET_CN ITEM("t/0/1") END);
	/* Until it has arrived, by the server's own account. */
	while (!stat_of(*state, "requests"))
		;
	configure(*state, "latency=0s&seed=9", 200);
	assert_int_equal(stat_of(*state, "epoch"), 2);
	assert_int_equal(stat_of(*state, "in_flight"), 0);
	ask(*state, GET_CN ITEM("t/1/1") END, &answer);
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	(void)close(fd);
	assert_int_equal(witness(*state, "?trial=t", rows, 1), 1);
	assert_int_equal(rows[0].item, 1);
	assert_int_equal(rows[0].delay_ns, 0);
	assert_int_equal(stat_of(*state, "in_flight"), 0);
}

static void a_bad_setting_changes_nothing(void **state)
{
	struct answer answer;

	configure(*state, "seed=9&latency=5%20parsecs", 400);
	configure(*state, "speed=9", 400);
	assert_int_equal(stat_of(*state, "epoch"), 1);
	ask(*state, "GET /_flagrace/config HTTP/1.0\r\n\r\n", &answer);
	assert_string_equal(answer.body, "latency=0s&seed=7");
}

static void a_body_is_awaited_with_100_continue(void **state)
{
	struct answer answer;
	int fd = connect_to(*state);

	send_text(fd,
		"PUT /_flagrace/config HTTP/1.1\r\nHost: a\r\n"
		"Expect: 100-continue\r\nContent-Length: 6\r\n\r\n");
	read_answer(fd, &answer, 1);
	assert_int_equal(answer.status, 100);
	send_text(fd, "seed=8");
	read_answer(fd, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "latency=0s&seed=8");
	(void)close(fd);
}

static void the_witness_wants_a_trial_name(void **state)
{
	struct answer answer;

	ask(*state, "GET /_flagrace/witness?trial= HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(answer.status, 400);
	ask(*state, "GET /_flagrace/witness?trial=a%2fb HTTP/1.0\r\n\r\n",
		&answer);
	assert_int_equal(answer.status, 400);
	ask(*state, "GET /_flagrace/witness?x=y HTTP/1.0\r\n\r\n", &answer);
	assert_int_equal(answer.status, 400);
}

static void stopping_answers_what_is_in_flight_and_no_more(void **state)
{
	struct fixture *f = *state;
	struct answer answer;
	int idle = connect_to(f), busy = connect_to(f);

	send_text(busy, GET_CN END);
	while (!stat_of(f, "requests"))
		;
	order_stop(f);
	expect_end(idle); /* so it has stopped accepting */
	read_answer(busy, &answer, 0);
	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, "\r\nConnection: close\r\n"));
	expect_end(busy);
	(void)close(idle);
	(void)close(busy);
}

static void a_port_in_use_is_told(void **state)
{
	struct fixture *f = *state;
	const struct mock_server_options options = {
		.host = "127.0.0.1", .port = f->port, .latency = "0s"};
	struct mock_server *second;
	struct mock_error err;
	char text[64];

	assert_int_equal(
		mock_server_open(&second, &options, &err), -EADDRINUSE);
	assert_null(second);
	(void)snprintf(
		text, sizeof(text), "port %u of 127.0.0.1 is in use", f->port);
	assert_string_equal(err.text, text);
}

static void a_bad_host_or_latency_is_told(void **state)
{
	const struct mock_server_options bad_host = {
		.host = "256.0.0.1.", .latency = "0s"};
	const struct mock_server_options bad_latency = {
		.host = "127.0.0.1", .latency = "x"};
	struct mock_server *server;
	struct mock_error err;

	(void)state;
	assert_int_equal(mock_server_open(&server, &bad_host, &err), -EINVAL);
	assert_non_null(strstr(err.text, "host '256.0.0.1.'"));
	assert_int_equal(
		mock_server_open(&server, &bad_latency, &err), -EINVAL);
	assert_non_null(strstr(err.text, "'x' is no duration"));
}

#define WITH(test)      cmocka_unit_test_setup_teardown(test, start, stop)
#define WITH_SLOW(test) cmocka_unit_test_setup_teardown(test, start_slow, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_connection_is_kept_and_answers_each_request),
		WITH(a_request_sent_byte_by_byte_is_answered),
		WITH(http_1_0_is_answered_and_closed),
		WITH(http_1_0_is_kept_when_it_asks_for_it),
		WITH(connection_close_is_heeded),
		WITH(a_client_that_has_sent_all_is_still_answered),
		WITH(head_has_the_length_and_no_body),
		WITH(unknown_flags_get_404_and_other_methods_405),
		WITH(a_malformed_item_gets_400_and_is_not_witnessed),
		WITH(a_refused_client_reads_the_refusal_then_the_end),
		WITH(pipelined_requests_are_answered_in_order),
		WITH(the_witness_tells_what_was_asked_and_sent),
		WITH(a_client_that_names_no_item_is_counted_by_path),
		WITH(a_bad_setting_changes_nothing),
		WITH(a_body_is_awaited_with_100_continue),
		WITH(the_witness_wants_a_trial_name),
		WITH(a_port_in_use_is_told),
		WITH_SLOW(in_flight_counts_those_that_wait),
		WITH_SLOW(pipelined_delays_run_side_by_side),
		WITH_SLOW(a_new_epoch_forgets_what_was_in_flight),
		WITH_SLOW(stopping_answers_what_is_in_flight_and_no_more),
		cmocka_unit_test(a_bad_host_or_latency_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
