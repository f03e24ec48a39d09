/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the HTTP client sends, to whom, and over which connection. */
#include "test_harness_http.h"

#include "harness/server/target.h"

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
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_connection_that_was_lost_is_made_anew),
		cmocka_unit_test(what_comes_unasked_is_no_answer),
		cmocka_unit_test(a_token_is_sent_with_each_request),
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
