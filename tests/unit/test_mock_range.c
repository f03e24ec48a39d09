/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a body: RFC 9110, 14. */
#include "tests/unit/live_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/xxh3.h"

enum { WHOLE = 1000 };

static int start(void **state)
{
	const struct mock_setting settings[] = {
		{"seed", "7"}, {"payload", "1000"}};

	return live_start(state, 1, settings, 2, NULL);
}

static struct answer *get(
	const struct fixture *f, const char *method, const char *fields)
{
	struct answer *answer = malloc(sizeof(*answer));
	char request[512];

	assert_non_null(answer);
	(void)snprintf(request, sizeof(request),
		"%s /flags/cn/cn.gif HTTP/1.1\r\nHost: a\r\n%s\r\n", method,
		fields);
	live_ask(f, request, answer);
	return answer;
}

/* A field Range, and the part of the body that its answer has. */
struct part {
	const char *range;
	unsigned status;
	size_t first, length;
};

static void assert_part(const struct fixture *f, const struct part *want,
	const struct answer *whole)
{
	char fields[128], range[64];
	struct answer *part;

	(void)snprintf(fields, sizeof(fields), "Range: %s\r\n", want->range);
	part = get(f, "GET", fields);
	if (part->status != want->status)
		fail_msg("%s: %u", want->range, part->status);
	(void)snprintf(range, sizeof(range),
		want->status == 206
			? "\r\nContent-Range: bytes %zu-%zu/1000\r\n"
			: "\r\nContent-Range: bytes */1000\r\n",
		want->first, want->first + want->length - 1);
	assert_int_equal(
		want->status != 200, strstr(part->text, range) != NULL);
	if (want->status != 416) {
		assert_int_equal(part->body_length, want->length);
		assert_memory_equal(
			part->body, whole->body + want->first, want->length);
	}
	free(part);
}

static void one_range_is_given_and_no_more(void **state)
{
	static const struct part parts[] = {
		{"bytes=0-0", 206, 0, 1},
		{"bytes=0-999", 206, 0, 1000},
		{"bytes=10-19", 206, 10, 10},
		{"BYTES= 10-19 ", 206, 10, 10},
		{"bytes=999-", 206, 999, 1},
		{"bytes=10-", 206, 10, 990},
		{"bytes=990-1000", 206, 990, 10},
		{"bytes=990-99999999999999999999999", 206, 990, 10},
		{"bytes=-1", 206, 999, 1},
		{"bytes=-1000", 206, 0, 1000},
		{"bytes=-2000", 206, 0, 1000},
		{"bytes=1000-", 416, 0, 0},
		{"bytes=1000-2000", 416, 0, 0},
		{"bytes=99999999999999999999999-", 416, 0, 0},
		{"bytes=-0", 416, 0, 0},
	};
	struct answer *whole = get(*state, "GET", "");

	assert_int_equal(whole->body_length, WHOLE);
	assert_non_null(strstr(whole->text, "\r\nAccept-Ranges: bytes\r\n"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		assert_part(*state, &parts[i], whole);
	free(whole);
}

static void what_is_no_range_gets_all_of_the_body(void **state)
{
	static const char *const ranges[] = {
		"bytes=",
		"bytes=-",
		"bytes=5",
		"bytes=5-4",
		"bytes=a-b",
		"bytes=+1-2",
		"bytes=1--2",
		"bytes=0-1,3-4",
		"lines=1-2",
		"1-2",
		"",
	};
	struct answer *whole = get(*state, "GET", "");

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		assert_part(*state, &(struct part){ranges[i], 200, 0, WHOLE},
			whole);
	free(whole);
}

static void only_a_get_has_ranges(void **state)
{
	struct answer *answer = get(*state, "HEAD", "Range: bytes=0-9\r\n");

	assert_int_equal(answer->status, 200);
	assert_non_null(strstr(answer->text, "\r\nContent-Length: 1000\r\n"));
	free(answer);
}

static void a_range_of_another_body_is_the_whole(void **state)
{
	struct answer *whole = get(*state, "GET", ""), *part;
	char etag[20], fields[128];

	memcpy(etag, strstr(whole->text, "ETag: ") + 6, 18);
	etag[18] = '\0';
	(void)snprintf(fields, sizeof(fields),
		"Range: bytes=0-9\r\nIf-Range: %s\r\n", etag);
	part = get(*state, "GET", fields);
	assert_int_equal(part->status, 206);
	assert_non_null(strstr(part->text, etag));
	free(part);
	(void)snprintf(fields, sizeof(fields),
		"Range: bytes=0-9\r\nIf-Range: W/%s\r\n", etag);
	part = get(*state, "GET", fields);
	assert_int_equal(part->status, 200);
	free(part);
	part = get(*state, "GET",
		"Range: bytes=0-9\r\n"
		"If-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	assert_int_equal(part->status, 200);
	free(part);
	(void)snprintf(fields, sizeof(fields),
		"Range: bytes=0-9\r\nIf-None-Match: %s\r\n", etag);
	part = get(*state, "GET", fields);
	assert_int_equal(part->status, 304);
	free(part);
	free(whole);
}

static void the_witness_tells_what_was_sent(void **state)
{
	struct answer *part = get(*state, "GET", "Range: bytes=10-19\r\n");
	char hash[20];
	struct row row;

	(void)snprintf(hash, sizeof(hash), "%016" PRIx64,
		(uint64_t)XXH3_64bits(part->body, part->body_length));
	assert_int_equal(live_witness(*state, "?all", &row, 1), 1);
	assert_int_equal(row.status, 206);
	assert_int_equal(row.bytes, 10);
	assert_string_equal(row.hash, hash);
	free(part);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, start, live_stop)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		WITH(one_range_is_given_and_no_more),
		WITH(what_is_no_range_gets_all_of_the_body),
		WITH(only_a_get_has_ranges),
		WITH(a_range_of_another_body_is_the_whole),
		WITH(the_witness_tells_what_was_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
