/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The harness's own HTTP exchange, against a server of one answer: a child
 * that listens before it is forked, takes one connection, reads the request,
 * writes what it was given, byte for byte, and closes.
 */
#include "test_harness.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/server/http.h"
#include "harness/server/target.h"

struct peer {
	struct http_client client;
	int listener, heard; /* heard: the request comes back through it */
	pid_t pid;
};

static void listen_on_loopback(struct peer *peer)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(peer->listener >= 0);
	assert_int_equal(bind(peer->listener, (struct sockaddr *)&address,
				 sizeof(address)),
		0);
	assert_int_equal(listen(peer->listener, 1), 0);
	assert_int_equal(getsockname(peer->listener,
				 (struct sockaddr *)&address, &length),
		0);
	(void)http_client_init(&peer->client, "http://0.0.0.0", NULL);
	(void)snprintf(peer->client.origin.host,
		sizeof(peer->client.origin.host), "127.0.0.1");
	(void)snprintf(peer->client.origin.port,
		sizeof(peer->client.origin.port), "%u",
		ntohs(address.sin_port));
}

/* Reads up to `ending`, and passes it all on. */
static void hear(int fd, int out, const char *ending)
{
	char request[4096] = "";
	size_t have = 0;

	while (have + 1 < sizeof(request) && !strstr(request, ending)) {
		ssize_t got =
			read(fd, request + have, sizeof(request) - have - 1);

		if (got <= 0)
			break;
		have += (size_t)got;
	}
	if (write(out, request, have) != (ssize_t)have)
		_exit(EXIT_FAILURE);
}

/* ending NULL: closes without reading; then the kernel resets. */
static void serve_once(struct peer *peer, const char *ending,
	const char *answer, size_t length)
{
	int ends[2];

	listen_on_loopback(peer);
	assert_int_equal(pipe(ends), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		int fd = accept(peer->listener, NULL, NULL);

		if (ending)
			hear(fd, ends[1], ending);
		while (length > 0) {
			ssize_t sent = send(fd, answer, length, MSG_NOSIGNAL);

			if (sent <= 0)
				break;
			answer += sent;
			length -= (size_t)sent;
		}
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	close(peer->listener);
	peer->heard = ends[0];
}

static void end_peer(struct peer *peer)
{
	http_client_close(&peer->client);
	close(peer->heard);
	assert_int_equal(waitpid(peer->pid, NULL, 0), peer->pid);
}

/* What a sink was given. */
struct collected {
	char bytes[1024];
	size_t length;
	bool gives_up;
};

static int collect(void *ctx, const char *bytes, size_t length)
{
	struct collected *collected = ctx;

	assert_true(length < sizeof(collected->bytes) - collected->length);
	memcpy(collected->bytes + collected->length, bytes, length);
	collected->length += length;
	return collected->gives_up ? -1 : 0;
}

/* The same answer in pieces: a body only if it is the one asked for. */
static void fetched(
	const char *raw, int status, const char *body, unsigned long dropped)
{
	struct collected collected = {.length = 0};
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	serve_once(&peer, "\r\n\r\n", raw, strlen(raw));
	if (http_fetch(&peer.client, "/x", collect, &collected, &answer, &err) <
		0)
		fail_msg("refused: %s", err.text);
	end_peer(&peer);
	assert_int_equal(answer.status, status);
	assert_int_equal(answer.length, strlen(body));
	assert_int_equal(answer.dropped, dropped);
	assert_null(answer.body);
	assert_string_equal(collected.bytes, status == 200 ? body : "");
}

static void answered(
	const char *raw, int status, const char *body, unsigned long dropped)
{
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	serve_once(&peer, "\r\n\r\n", raw, strlen(raw));
	if (http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err) < 0)
		fail_msg("refused: %s", err.text);
	end_peer(&peer);
	assert_int_equal(answer.status, status);
	assert_int_equal(answer.length, strlen(body));
	assert_string_equal(answer.body, body);
	assert_int_equal(answer.dropped, dropped);
	http_answer_release(&answer);
	assert_null(answer.body);
	fetched(raw, status, body, dropped);
}

static int ignore(void *ctx, const char *bytes, size_t length)
{
	(void)ctx;
	(void)bytes;
	(void)length;
	return 0;
}

static void refused_bytes(const char *raw, size_t length)
{
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	serve_once(&peer, "\r\n\r\n", raw, length);
	if (http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err) == 0)
		fail_msg("taken: %s", raw);
	end_peer(&peer);
	assert_error(&err, EXIT_INVALID, "gave no HTTP answer to GET /x");
	assert_null(answer.body);
	assert_int_equal(answer.length, 0);

	serve_once(&peer, "\r\n\r\n", raw, length);
	if (http_fetch(&peer.client, "/x", ignore, NULL, &answer, &err) == 0)
		fail_msg("fetched: %s", raw);
	end_peer(&peer);
	assert_error(&err, EXIT_INVALID, "gave no HTTP answer to GET /x");
	assert_int_equal(answer.length, 0);
}

static void refused(const char *raw)
{
	refused_bytes(raw, strlen(raw));
}

static void whole_answers_are_taken_whatever_their_status(void **state)
{
	(void)state;
	answered("HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello", 0);
	answered("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone", 404,
		"gone", 0);
	answered("HTTP/1.0 503 \r\n\r\n", 503, "", 0);
	answered("HTTP/1.0 200 OK\r\nX-Flagrace-Dropped: 12\r\n\r\n\r\n\r\n",
		200, "\r\n\r\n", 12);
	answered("HTTP/1.0 200 OK\r\nx-flagrace-dropped:3\r\nA: b\r\n\r\nx",
		200, "x", 3);
	answered("HTTP/1.0 200 OK\nX-Flagrace-Dropped: 4\n\nhello", 200,
		"hello", 4);
	answered("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		 "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
		200, "abc", 0);
	answered("HTTP/1.1 204 No Content\r\n\r\n", 204, "", 0);
	/* only the head has headers */
	answered("HTTP/1.0 200 OK\r\n\r\n\r\nX-Flagrace-Dropped: 1\r\n", 200,
		"\r\nX-Flagrace-Dropped: 1\r\n", 0);
}

static void a_body_may_hold_anything_up_to_a_bound(void **state)
{
	static const char head[] = "HTTP/1.0 200 OK\r\n\r\n";
	size_t body = HTTP_ANSWER_MAX, length = sizeof(head) - 1 + body;
	char *raw = malloc(length + 1);
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	assert_non_null(raw);
	memcpy(raw, head, sizeof(head) - 1);
	for (size_t i = 0; i <= body; i++)
		raw[sizeof(head) - 1 + i] = (char)(i % 251);
	serve_once(&peer, "\r\n\r\n", raw, length);
	assert_int_equal(
		http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err),
		0);
	end_peer(&peer);
	assert_int_equal(answer.length, body);
	assert_memory_equal(answer.body, raw + sizeof(head) - 1, body);
	assert_int_equal(answer.body[body], 0);
	http_answer_release(&answer);
	serve_once(&peer, "\r\n\r\n", raw, length + 1);
	assert_int_equal(
		http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err),
		-1);
	end_peer(&peer);
	assert_error(
		&err, EXIT_INVALID, "gave no HTTP answer to GET /x: it is too");
	assert_null(answer.body);
	free(raw);
}

/*
 * A peer of several answers: each to one request of what it is given, on
 * connections that it closes behind an answer only if `closes`.
 */
static void serve_all(
	struct peer *peer, const char *const *answers, bool closes)
{
	int ends[2];

	listen_on_loopback(peer);
	assert_int_equal(pipe(ends), 0);
	peer->pid = fork();
	assert_true(peer->pid >= 0);
	if (peer->pid == 0) {
		int fd = -1;

		for (; *answers; answers++) {
			if (fd < 0)
				fd = accept(peer->listener, NULL, NULL);
			hear(fd, ends[1], "\r\n\r\n");
			if (send(fd, *answers, strlen(*answers), MSG_NOSIGNAL) <
				0)
				_exit(EXIT_FAILURE);
			if (closes) {
				close(fd);
				fd = -1;
			}
		}
		/* Until the client has gone. */
		if (fd >= 0 && read(fd, ends, 1) != 0)
			_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	peer->heard = ends[0];
}

static void expect_answer(struct peer *peer, const char *body)
{
	struct http_answer answer;
	struct fr_error err;

	if (http_exchange(&peer->client, "GET", "/x", NULL, &answer, &err) < 0)
		fail_msg("refused: %s", err.text);
	assert_string_equal(answer.body, body);
	http_answer_release(&answer);
}

static void an_answer_ends_where_it_says(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 3\r\n\r\none",
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 0\r\n\r\n",
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 5\r\n\r\nthree",
		NULL};
	struct peer peer;

	(void)state;
	/* The peer takes one connection, and waits for its end. */
	serve_all(&peer, answers, false);
	expect_answer(&peer, "one");
	expect_answer(&peer, "");
	expect_answer(&peer, "three");
	close(peer.listener);
	end_peer(&peer);
}

static void a_connection_that_was_lost_is_made_anew(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 3\r\n\r\none",
		"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\ntwo",
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 5\r\n\r\nthree",
		NULL};
	struct peer peer;

	(void)state;
	serve_all(&peer, answers, true);
	expect_answer(&peer, "one");
	expect_answer(&peer, "two");
	expect_answer(&peer, "three");
	close(peer.listener);
	end_peer(&peer);
}

static void what_comes_unasked_is_no_answer(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
		"Content-Length: 3\r\n\r\noneHTTP/1.0 200 OK\r\n\r\nbad",
		"HTTP/1.0 200 OK\r\n\r\ntwo", NULL};
	struct peer peer;

	(void)state;
	serve_all(&peer, answers, true);
	expect_answer(&peer, "one");
	expect_answer(&peer, "two");
	close(peer.listener);
	end_peer(&peer);
}

/* One that sends a byte now and then, or nothing. */
static void a_server_that_takes_for_ever_is_given_up(void **state)
{
	static const char *const heads[] = {"", "HTTP/1.0 200 OK\r\nA: b",
		"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\no"};
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		const char *const answers[] = {heads[i], NULL};

		serve_all(&peer, answers, false);
		peer.client.step_ms = i ? 20 : 30000;
		peer.client.whole_ms = i ? 30000 : 20;
		assert_int_equal(http_exchange(&peer.client, "GET", "/x", NULL,
					 &answer, &err),
			-1);
		assert_error(&err, EXIT_INVALID,
			"gave no HTTP answer to GET /x: it did not");
		close(peer.listener);
		end_peer(&peer);
	}
}

static void a_token_is_sent_with_each_request(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.0 200 OK\r\n\r\nyes", NULL};
	char request[1024];
	struct peer peer;
	ssize_t length;

	(void)state;
	serve_all(&peer, answers, true);
	peer.client.token = "0123abcd";
	expect_answer(&peer, "yes");
	length = read(peer.heard, request, sizeof(request) - 1);
	assert_true(length > 0);
	request[length] = '\0';
	assert_non_null(
		strstr(request, "\r\nFlagrace-Token: 0123abcd\r\n\r\n"));
	close(peer.listener);
	end_peer(&peer);
}

struct counted {
	size_t length, pieces;
	uint64_t sum;
};

static int count(void *ctx, const char *bytes, size_t length)
{
	struct counted *counted = ctx;

	for (size_t i = 0; i < length; i++)
		counted->sum += (unsigned char)bytes[i] *
			(uint64_t)(counted->length + i + 1);
	counted->length += length;
	counted->pieces++;
	return 0;
}

static void a_body_larger_than_memory_would_be_comes_in_pieces(void **state)
{
	enum { HEAD = 19, BODY = 3000000 };
	char *raw = malloc(HEAD + BODY);
	struct counted counted = {0}, wanted = {0};
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	assert_non_null(raw);
	memcpy(raw, "HTTP/1.0 200 OK\r\n\r\n", HEAD);
	for (size_t i = 0; i < BODY; i++)
		raw[HEAD + i] = (char)(i % 251);
	(void)count(&wanted, raw + HEAD, BODY);
	serve_once(&peer, "\r\n\r\n", raw, HEAD + BODY);
	if (http_fetch(&peer.client, "/x", count, &counted, &answer, &err) < 0)
		fail_msg("refused: %s", err.text);
	end_peer(&peer);
	assert_int_equal(counted.length, BODY);
	assert_int_equal(answer.length, BODY);
	assert_true(counted.sum == wanted.sum);
	assert_true(counted.pieces > 1);
	free(raw);
}

static void a_sink_that_gives_up_ends_the_exchange(void **state)
{
	struct collected collected = {.gives_up = true};
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;
	static const char raw[] = "HTTP/1.0 200 OK\r\n\r\nbody";

	(void)state;
	serve_once(&peer, "\r\n\r\n", raw, strlen(raw));
	assert_int_equal(http_fetch(&peer.client, "/x", collect, &collected,
				 &answer, &err),
		-1);
	end_peer(&peer);
	assert_int_equal(answer.length, 0);
}

static void what_is_no_http_is_refused(void **state)
{
	static const char nul[] = "HTTP/1.0 200\0 OK\r\n\r\nhello";

	(void)state;
	refused("");
	refused("\r\n\r\n");
	refused("garbage\r\n\r\nhello");
	refused("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
	refused("HTTP/1.0 OK\r\n\r\nhello");
	refused("HTTP/2.0 200 OK\r\n\r\nhello");
	refused("HTTP/1.0 -20 OK\r\n\r\nhello");
	refused("HTTP/1.0 20 OK\r\n\r\nhello");
	refused_bytes(nul, sizeof(nul) - 1);
}

static void an_answer_without_its_end_is_refused(void **state)
{
	(void)state;
	refused("HTTP/1.0 200 OK\r\n");
	refused("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n");
	refused("HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello");
	refused("HTTP/1.0 200 OK\r\ncontent-length:6\r\nA: b\r\n\r\nhello");
	refused("HTTP/1.0 200 OK\r\nContent-Length: x\r\n\r\nhello");
	refused("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"2\r\nab\r\n");
	refused("HTTP/1.0 200 OK\r\nX-Flagrace-Epoch: -1\r\n\r\nhello");
}

static void a_connection_that_breaks_is_refused(void **state)
{
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	serve_once(&peer, NULL, NULL, 0);
	assert_int_equal(
		http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err),
		-1);
	end_peer(&peer);
	assert_error(&err, EXIT_INVALID, "gave no HTTP answer");
}

static void the_request_is_plain_http_1_0_with_its_body(void **state)
{
	static const char ok[] = "HTTP/1.0 200 OK\r\n\r\n";
	struct http_answer answer;
	struct fr_error err;
	char request[1024], want[1024];
	struct peer peer;
	ssize_t length;

	(void)state;
	serve_once(&peer, "seed=7", ok, sizeof(ok) - 1);
	assert_int_equal(http_exchange(&peer.client, "PUT", "/c", "seed=7",
				 &answer, &err),
		0);
	length = read(peer.heard, request, sizeof(request) - 1);
	assert_true(length > 0);
	request[length] = '\0';
	(void)snprintf(want, sizeof(want),
		"PUT /c HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n"
		"Connection: keep-alive\r\n"
		"Content-Length: 6\r\n\r\nseed=7",
		peer.client.origin.port);
	assert_string_equal(request, want);
	end_peer(&peer);
	http_answer_release(&answer);
}

static void a_path_too_long_for_a_request_is_refused(void **state)
{
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;
	char path[2000];

	(void)state;
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	serve_once(&peer, "\r\n\r\n", "", 0);
	assert_int_equal(
		http_exchange(&peer.client, "GET", path, NULL, &answer, &err),
		-1);
	end_peer(&peer);
	assert_error(&err, EXIT_INVALID, "gave no HTTP answer to GET ///");
}

static void nothing_listening_says_how_to_start_a_server(void **state)
{
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	listen_on_loopback(&peer);
	close(peer.listener);
	assert_int_equal(
		http_exchange(&peer.client, "GET", "/", NULL, &answer, &err),
		-1);
	assert_error(
		&err, EXIT_INVALID, "nothing answers at http://127.0.0.1:");
	assert_says(err.text, "flagrace serve --port ");
	assert_null(answer.body);
}

static void a_host_of_several_addresses_is_tried_at_each(void **state)
{
	static const char ok[] = "HTTP/1.0 200 OK\r\n\r\nhello";
	struct http_answer answer;
	struct fr_error err;
	struct peer peer;

	(void)state;
	/* It listens on 127.0.0.1; localhost is often ::1 first. */
	serve_once(&peer, "\r\n\r\n", ok, sizeof(ok) - 1);
	(void)snprintf(peer.client.origin.host, sizeof(peer.client.origin.host),
		"localhost");
	if (http_exchange(&peer.client, "GET", "/x", NULL, &answer, &err) < 0)
		fail_msg("refused: %s", err.text);
	end_peer(&peer);
	http_answer_release(&answer);
}

static void origins_are_taken_apart(void **state)
{
	static const struct {
		const char *url, *host, *port;
	} cases[] = {{"http://127.0.0.1:8001", "127.0.0.1", "8001"},
		{"http://localhost:1/", "localhost", "1"},
		{"http://my-host.example.org:65535", "my-host.example.org",
			"65535"},
		{"HTTP://127.0.0.1", "127.0.0.1", "80"},
		{"http://[::1]:8001", "[::1]", "8001"},
		{"http://[::1]/", "[::1]", "80"}};
	struct http_origin origin;
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(target_origin(&origin, cases[i].url, &err), 0);
		assert_string_equal(origin.host, cases[i].host);
		assert_string_equal(origin.port, cases[i].port);
	}
}

static void what_is_no_origin_is_refused_with_an_example(void **state)
{
	static const char *const urls[] = {"", "http://", "127.0.0.1:8001",
		"http://:8001", "http://[::1", "http://[::1]:80/?",
		"http://127.0.0.1:0", "http://127.0.0.1:65536",
		"http://127.0.0.1:99999999999999999999", "http://h:80x",
		"http://h:-80", "http://h:80/path", "http://h:80//",
		"http://h:80 ", "https://h:80", "gopher://example",
		"http://user@h:80", "http://h h:80",
		"http://"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		":80"};
	struct http_origin origin;
	struct fr_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		if (target_origin(&origin, urls[i], &err) == 0)
			fail_msg("taken: %s", urls[i]);
		assert_error(&err, EXIT_USAGE, "http://127.0.0.1:8001");
	}
}

static void a_form_carries_any_value(void **state)
{
	char form[64] = "", small[12] = "";

	(void)state;
	assert_int_equal(http_form_add(form, sizeof(form), "latency",
				 "uniform:1ms,2ms&x=\xff%"),
		0);
	assert_int_equal(http_form_add(form, sizeof(form), "seed", "7"), 0);
	assert_string_equal(
		form, "latency=uniform%3A1ms%2C2ms%26x%3D%FF%25&seed=7");
	assert_int_equal(
		http_form_add(small, sizeof(small), "k", "123456789"), 0);
	assert_string_equal(small, "k=123456789");
	small[0] = '\0';
	assert_int_equal(
		http_form_add(small, sizeof(small), "k", "1234567890"), -1);
	small[0] = '\0';
	assert_int_equal(
		http_form_add(small, sizeof(small), "a long key", "1"), -1);
	small[0] = '\0';
	assert_int_equal(
		http_form_add(small, sizeof(small), "k", "::::::::::::"), -1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_answers_are_taken_whatever_their_status),
		cmocka_unit_test(a_body_may_hold_anything_up_to_a_bound),
		cmocka_unit_test(an_answer_ends_where_it_says),
		cmocka_unit_test(a_connection_that_was_lost_is_made_anew),
		cmocka_unit_test(what_comes_unasked_is_no_answer),
		cmocka_unit_test(a_server_that_takes_for_ever_is_given_up),
		cmocka_unit_test(a_token_is_sent_with_each_request),
		cmocka_unit_test(
			a_body_larger_than_memory_would_be_comes_in_pieces),
		cmocka_unit_test(a_sink_that_gives_up_ends_the_exchange),
		cmocka_unit_test(what_is_no_http_is_refused),
		cmocka_unit_test(an_answer_without_its_end_is_refused),
		cmocka_unit_test(a_connection_that_breaks_is_refused),
		cmocka_unit_test(the_request_is_plain_http_1_0_with_its_body),
		cmocka_unit_test(a_path_too_long_for_a_request_is_refused),
		cmocka_unit_test(nothing_listening_says_how_to_start_a_server),
		cmocka_unit_test(a_host_of_several_addresses_is_tried_at_each),
		cmocka_unit_test(a_form_carries_any_value),
		cmocka_unit_test(origins_are_taken_apart),
		cmocka_unit_test(what_is_no_origin_is_refused_with_an_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
