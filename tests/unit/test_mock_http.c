/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The request reader, by tables of what is right and what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mock_server/http.h"

#define HOST "Host: a\r\n"

struct good {
	const char *bytes;
	enum http_method method;
	const char *path, *query, *item, *body; /* NULL: absent */
	int keep_alive;
};

static const struct good good[] = {
	{"GET / HTTP/1.1\r\n" HOST "\r\n", HTTP_GET, "/", NULL, NULL, "", 1},
	{"\r\nGET / HTTP/1.1\r\n" HOST "\r\n", HTTP_GET, "/", NULL, NULL, "",
		1},
	{"GET / HTTP/1.0\r\n\r\n", HTTP_GET, "/", NULL, NULL, "", 0},
	{"GET / HTTP/1.7\r\n" HOST "\r\n", HTTP_GET, "/", NULL, NULL, "", 1},
	{"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", HTTP_GET, "/",
		NULL, NULL, "", 1},
	{"HEAD /a?b?c HTTP/1.1\r\n" HOST "\r\n", HTTP_HEAD, "/a", "b?c", NULL,
		"", 1},
	{"GET http://h:1/a?b HTTP/1.1\r\n" HOST "\r\n", HTTP_GET, "/a", "b",
		NULL, "", 1},
	{"OPTIONS * HTTP/1.1\r\n" HOST "\r\n", HTTP_OPTIONS, "*", NULL, NULL,
		"", 1},
	{"GET http://h HTTP/1.1\r\n" HOST "\r\n", HTTP_GET, "/", NULL, NULL, "",
		1},
	{"GET HTTP://h?x=/a HTTP/1.1\r\n" HOST "\r\n", HTTP_GET, "/", "x=/a",
		NULL, "", 1},
	{"GET /? HTTP/1.1\r\nHost:\r\n\r\n", HTTP_GET, "/", "", NULL, "", 1},
	{"GET / HTTP/1.1\r\nHost: [::1]:8001\r\n\r\n", HTTP_GET, "/", NULL,
		NULL, "", 1},
	{"GET / HTTP/1.1\r\nHost: A-b.c_9:80\r\n\r\n", HTTP_GET, "/", NULL,
		NULL, "", 1},
	{"DELETE / HTTP/1.1\r\n" HOST "\r\n", HTTP_OTHER, "/", NULL, NULL, "",
		1},
	{"get / HTTP/1.1\r\n" HOST "\r\n", HTTP_UNKNOWN, "/", NULL, NULL, "",
		1},
	{"GET / HTTP/1.1\r\n" HOST "Connection: foo ,\tclose\r\n\r\n", HTTP_GET,
		"/", NULL, NULL, "", 0},
	{"GET / HTTP/1.1\r\n" HOST "x-FLAGRACE-item: \t t/1/2 \r\n\r\n",
		HTTP_GET, "/", NULL, "t/1/2", "", 1},
	{"GET / HTTP/1.1\r\n" HOST "If-None-Match: \"a\"\r\n\r\n", HTTP_GET,
		"/", NULL, NULL, "", 1},
	{"GET / HTTP/1.1\r\n" HOST "X-Flagrace-Item:\r\n\r\n", HTTP_GET, "/",
		NULL, "", "", 1},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\na=b", HTTP_PUT,
		"/", NULL, NULL, "a=b", 1},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 000000000000000003\r\n\r\n"
	 "a=b",
		HTTP_PUT, "/", NULL, NULL, "a=b", 1},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\n\r\n"
	 "3;x=y\r\na=b\r\n00A\r\n0123456789\r\n0\r\nTrailer: z\r\n\r\n",
		HTTP_PUT, "/", NULL, NULL, "a=b0123456789", 1},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
	 "0\r\n\r\n",
		HTTP_PUT, "/", NULL, NULL, "", 1},
};

struct bad {
	const char *bytes;
	int status;
};

static const struct bad bad[] = {
	{"\n", 400},
	{"GET / HTTP/1.1\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "\n", 400},
	{"GET / HTTP/1.1\r\nHo\rst: a\r\n\r\n", 400},
	{"\r\n\r\nGET / HTTP/1.1\r\n", 400},
	{" GET / HTTP/1.1\r\n", 400},
	{"GET\r\n", 400},
	{"GET /\r\n", 400},
	{"GET  / HTTP/1.1\r\n", 400},
	{"GET /  HTTP/1.1\r\n", 400},
	{"GET / HTTP/1.1 \r\n", 400},
	{"GET / http/1.1\r\n", 400},
	{"GET / HTTP/1.10\r\n", 400},
	{"GET / HTTP/1\r\n", 400},
	{"GET / HTTP/1:1\r\n", 400},
	{"GET / HTTP//.1\r\n", 400},
	{"GET / HTTP/:.1\r\n", 400},
	{"GET / HTTP/1./\r\n", 400},
	{"GET / HTTP/1.:\r\n", 400},
	{"GET / HTTP/2.0\r\n", 505},
	{"PRI * HTTP/2.0\r\n", 505},
	{"G(T / HTTP/1.1\r\n", 400},
	{"GET a HTTP/1.1\r\n", 400},
	{"GET http:// HTTP/1.1\r\n", 400},
	{"GET http:///a HTTP/1.1\r\n", 400},
	{"GET http://?a HTTP/1.1\r\n", 400},
	{"GET * HTTP/1.1\r\n", 400},
	{"OPTIONS *x HTTP/1.1\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a b/c\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a/\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: a@b\r\n", 400},
	{"GET / HTTP/1.1\r\nHost: \xc3\xbc\r\n", 400},
	{"GET /\x01 HTTP/1.1\r\n", 400},
	{"GET /\x80 HTTP/1.1\r\n", 400},
	{"GET / HTTP/1.1\r\n\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST HOST "\r\n", 400},
	{"GET / HTTP/1.0\r\n" HOST HOST "\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "no colon\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST ": empty\r\n", 400},
	{"GET / HTTP/1.1\r\nHost : a\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST " folded\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "\tfolded: x\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "A: \x02\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "A: \x7f\r\n", 400},
	{"GET / HTTP/1.1\r\n" HOST "X-Flagrace-Item: t/1/1\r\n"
	 "X-Flagrace-Item: t/1/1\r\n\r\n",
		400},
	{"GET / HTTP/1.1\r\n" HOST "If-None-Match: a\r\n"
	 "If-None-Match: b\r\nIf-None-Match: c\r\n"
	 "If-None-Match: d\r\nIf-None-Match: e\r\n\r\n",
		431},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: \r\n\r\n", 400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", 400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", 400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n", 400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	 "Content-Length: 1\r\n\r\n",
		400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	 "Transfer-Encoding: chunked\r\n\r\n",
		400},
	{"PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
	 "Transfer-Encoding: chunked\r\n\r\n",
		400},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n",
		501},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 16385\r\n\r\n", 413},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 0000000000000000003\r\n",
		400},
	{"PUT / HTTP/1.1\r\n" HOST "Content-Length: 9999999999999999999\r\n",
		400},
	{"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip\r\n\r\n", 501},
	{"PUT / HTTP/1.1\r\n" HOST "Expect: wonders\r\n\r\n", 417},
};

/* Bodies after the head of a chunked request. */
static const struct bad bad_chunks[] = {
	{"\r\n", 400},
	{"g\r\n", 400},
	{"-1\r\n", 400},
	{"0x1\r\n", 400},
	{"1 x\r\n", 400},
	{"1\n", 400},
	{"1\r\nab\r\n", 400},
	{"1\r\na\n\r\n", 400},
	{"0\r\nno colon\r\n", 400},
	{"4001\r\n", 413},
	{"fffffffff\r\n", 413},
	{"ffffffff\r\n", 413},
	{"fffffffe\r\n", 413},
};

static int parse_copy(const char *bytes, size_t length,
	struct http_request *request, size_t *consumed, char **copy)
{
	/* Of the exact size, so that a sanitizer sees a read beyond it. */
	*copy = malloc(length ? length : 1);
	assert_non_null(*copy);
	memcpy(*copy, bytes, length);
	return http_parse(*copy, length, request, consumed);
}

static void assert_span(struct http_span span, const char *text)
{
	if (!text) {
		assert_null(span.at);
		return;
	}
	assert_int_equal(span.length, strlen(text));
	assert_memory_equal(span.at, text, span.length);
}

static void good_requests_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		size_t length = strlen(good[i].bytes), consumed;
		struct http_request request;
		char *copy;

		assert_int_equal(parse_copy(good[i].bytes, length, &request,
					 &consumed, &copy),
			HTTP_DONE);
		assert_int_equal(consumed, length);
		assert_int_equal(request.method, good[i].method);
		assert_span(request.path, good[i].path);
		assert_span(request.query, good[i].query);
		assert_span(request.item, good[i].item);
		assert_span(request.body, good[i].body);
		assert_int_equal(request.keep_alive, good[i].keep_alive);
		free(copy);
	}
}

static void every_part_of_a_request_wants_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		for (size_t n = 0; n < strlen(good[i].bytes); n++) {
			struct http_request request;
			size_t consumed;
			char *copy;

			assert_int_equal(parse_copy(good[i].bytes, n, &request,
						 &consumed, &copy),
				HTTP_MORE);
			assert_memory_equal(copy, good[i].bytes, n);
			free(copy);
		}
}

static void what_follows_a_request_is_left(void **state)
{
	const char *two = "GET /1 HTTP/1.1\r\n" HOST "\r\n"
			  "GET /2 HTTP/1.1\r\n" HOST "\r\n";
	struct http_request request;
	size_t consumed;
	char *copy;

	(void)state;
	assert_int_equal(
		parse_copy(two, strlen(two), &request, &consumed, &copy),
		HTTP_DONE);
	assert_int_equal(consumed, strlen(two) / 2);
	free(copy);
}

static void expect_status(const char *bytes, size_t length, int status)
{
	struct http_request request;
	size_t consumed;
	char *copy;
	int got = parse_copy(bytes, length, &request, &consumed, &copy);

	if (got != status)
		print_error(
			"%d instead of %d for: %.60s\n", got, status, bytes);
	assert_int_equal(got, status);
	free(copy);
}

static void bad_requests_get_their_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		expect_status(
			bad[i].bytes, strlen(bad[i].bytes), bad[i].status);
	expect_status("GET /\0 HTTP/1.1\r\n", 17, 400);
}

static void bad_chunks_get_their_status(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad_chunks) / sizeof(*bad_chunks); i++) {
		char bytes[256];
		int n = snprintf(bytes, sizeof(bytes),
			"PUT / HTTP/1.1\r\n" HOST
			"Transfer-Encoding: chunked\r\n\r\n%s",
			bad_chunks[i].bytes);

		expect_status(bytes, (size_t)n, bad_chunks[i].status);
	}
}

/* Fills up to `length` with copies of `unit` behind `start`. */
static char *long_text(const char *start, const char *unit, size_t length)
{
	size_t n = strlen(start), step = strlen(unit);
	char *text = malloc(length + step + n);

	assert_non_null(text);
	memcpy(text, start, n);
	for (; n < length; n += step)
		memcpy(text + n, unit, step);
	return text;
}

static void what_is_too_long_is_refused_at_its_limit(void **state)
{
	const struct {
		const char *start, *unit;
		size_t limit;
		int status;
	} cases[] = {
		{"GET /", "a", HTTP_LINE_MAX, 414},
		{"GET / HTTP/1.1\r\nA: ", "a", HTTP_HEAD_MAX, 431},
		{"GET / HTTP/1.1\r\n",
			"Abcdefgh: "
			"0123456789abcdefghijklmnopqrstuvwxyz"
			"0123456789abcdefghijklmnopqrstuvwxyz"
			"0123456789abcdefghijklmnop\r\n",
			HTTP_HEAD_MAX, 431},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *text = long_text(
			cases[i].start, cases[i].unit, cases[i].limit);

		expect_status(text, cases[i].limit - 1, HTTP_MORE);
		expect_status(text, cases[i].limit, cases[i].status);
		free(text);
	}
}

static void too_many_fields_are_refused(void **state)
{
	char *text = long_text(
		"GET / HTTP/1.1\r\n", "A:\r\n", 16 + 4 * (HTTP_FIELDS_MAX + 1));

	(void)state;
	expect_status(text, 16 + 4 * HTTP_FIELDS_MAX, HTTP_MORE);
	expect_status(text, 16 + 4 * (HTTP_FIELDS_MAX + 1), 431);
	free(text);
}

static void endless_chunks_are_refused(void **state)
{
	const char *head =
		"PUT / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n";
	size_t length = strlen(head) + HTTP_BODY_MAX + 6;
	char *text = long_text(head, "1\r\na\r\n", length);

	(void)state;
	expect_status(text, length, 413);
	free(text);
}

/* A page between two that may not be accessed. */
static char *guarded_page(size_t page)
{
	char *pages = mmap(
		NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(pages != MAP_FAILED);
	assert_int_equal(
		mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
	return pages + page;
}

static void parse_at(char *at, const char *bytes, size_t length)
{
	struct http_request request;
	size_t consumed;

	memcpy(at, bytes, length);
	(void)http_parse(at, length, &request, &consumed);
}

static void no_byte_outside_is_touched(void **state)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const size_t tables = sizeof(good) / sizeof(*good);
	char *usable = guarded_page(page);

	(void)state;
	for (size_t i = 0; i < tables + sizeof(bad) / sizeof(*bad); i++) {
		const char *bytes =
			i < tables ? good[i].bytes : bad[i - tables].bytes;

		for (size_t n = 0; n <= strlen(bytes); n++) {
			parse_at(usable, bytes, n);
			parse_at(usable + page - n, bytes, n);
		}
	}
	assert_int_equal(munmap(usable - page, 3 * page), 0);
}

static void lines_of_if_none_match_are_one_list(void **state)
{
	const char *text = "GET / HTTP/1.1\r\n" HOST "If-None-Match: \"a\"\r\n"
			   "X: \"x\"\r\nif-none-match: \"b\", W/\"c\"\r\n\r\n";
	struct http_request request;
	size_t consumed;
	char *copy;

	(void)state;
	assert_int_equal(
		parse_copy(text, strlen(text), &request, &consumed, &copy),
		HTTP_DONE);
	assert_span(request.known[0], "\"a\"");
	assert_span(request.known[1], "\"b\", W/\"c\"");
	assert_span(request.known[2], NULL);
	free(copy);
}

static void continue_is_expected_only_with_a_whole_head(void **state)
{
	const char *text = "PUT / HTTP/1.1\r\n" HOST
			   "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n";
	struct http_request request;
	size_t consumed;
	char *copy;

	(void)state;
	assert_int_equal(
		parse_copy(text, strlen(text), &request, &consumed, &copy),
		HTTP_MORE);
	assert_true(request.expects_continue);
	free(copy);
	assert_int_equal(
		parse_copy(text, strlen(text) - 1, &request, &consumed, &copy),
		HTTP_MORE);
	assert_false(request.expects_continue);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_requests_are_read),
		cmocka_unit_test(every_part_of_a_request_wants_more),
		cmocka_unit_test(what_follows_a_request_is_left),
		cmocka_unit_test(bad_requests_get_their_status),
		cmocka_unit_test(bad_chunks_get_their_status),
		cmocka_unit_test(what_is_too_long_is_refused_at_its_limit),
		cmocka_unit_test(too_many_fields_are_refused),
		cmocka_unit_test(endless_chunks_are_refused),
		cmocka_unit_test(no_byte_outside_is_touched),
		cmocka_unit_test(lines_of_if_none_match_are_one_list),
		cmocka_unit_test(continue_is_expected_only_with_a_whole_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
