/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The harness's own HTTP exchange, against a server of one answer: a child
 * that listens before it is forked, takes one connection, reads the request,
 * writes what it was given, byte for byte, and closes.
 */
#include "test_harness_http.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_answers_are_taken_whatever_their_status),
		cmocka_unit_test(a_body_may_hold_anything_up_to_a_bound),
		cmocka_unit_test(an_answer_ends_where_it_says),
		cmocka_unit_test(a_server_that_takes_for_ever_is_given_up),
		cmocka_unit_test(
			a_body_larger_than_memory_would_be_comes_in_pieces),
		cmocka_unit_test(a_sink_that_gives_up_ends_the_exchange),
		cmocka_unit_test(what_is_no_http_is_refused),
		cmocka_unit_test(an_answer_without_its_end_is_refused),
		cmocka_unit_test(a_connection_that_breaks_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
