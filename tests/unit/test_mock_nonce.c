/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that no client knows beforehand, and that are still flags. */
#include "tests/unit/live_server.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mock_server/xxh3.h"

static struct answer *get(const struct fixture *f, const char *code)
{
	struct answer *answer = malloc(sizeof(*answer));
	char request[128];

	assert_non_null(answer);
	(void)snprintf(request, sizeof(request),
		"GET /flags/%s/%s.gif HTTP/1.0\r\n\r\n", code, code);
	live_ask(f, request, answer);
	assert_int_equal(answer->status, 200);
	assert_true(answer->body_length >= 100);
	assert_memory_equal(answer->body, "GIF89a", 6);
	assert_int_equal(answer->body[answer->body_length - 1], ';');
	return answer;
}

static int differ(const struct answer *a, const struct answer *b)
{
	return a->body_length != b->body_length ||
		memcmp(a->body, b->body, a->body_length) != 0;
}

/* nothing but the palette, which is the first 13 + 3 * 64 bytes */
static void assert_alike(const struct answer *a, const struct answer *b)
{
	assert_int_equal(a->body_length, b->body_length);
	assert_memory_equal(a->body, b->body, 13 + 3 * 14);
	assert_memory_equal(a->body + 13 + 3 * 64, b->body + 13 + 3 * 64,
		a->body_length - (13 + 3 * 64));
}

static void a_nonce_changes_every_body_and_no_size(void **state)
{
	/* made at the start, and when it is first asked for */
	static const char *const codes[] = {"cn", "li"};

	for (size_t i = 0; i < 2; i++) {
		struct answer *plain, *one, *other, *again;

		live_configure(*state, "nonce=", 200);
		plain = get(*state, codes[i]);
		live_configure(*state, "nonce=one", 200);
		one = get(*state, codes[i]);
		live_configure(*state, "nonce=other&seed=5", 200);
		other = get(*state, codes[i]);
		live_configure(*state, "seed=6", 200);
		again = get(*state, codes[i]);
		assert_true(differ(plain, one));
		assert_true(differ(one, other));
		assert_true(differ(plain, other));
		assert_false(differ(other, again));
		assert_alike(plain, one);
		assert_alike(one, other);
		free(again);
		live_configure(*state, "nonce=", 200);
		again = get(*state, codes[i]);
		assert_false(differ(plain, again));
		free(again);
		live_configure(*state, "nonce=one", 200);
		again = get(*state, codes[i]);
		assert_false(differ(one, again));
		free(again);
		free(plain);
		free(one);
		free(other);
	}
}

static void a_nonce_goes_with_any_payload(void **state)
{
	static const char *const sizes[] = {"100", "150", "333", "5000"};
	char form[64];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct answer *one, *other;

		(void)snprintf(
			form, sizeof(form), "payload=%s&nonce=one", sizes[i]);
		live_configure(*state, form, 200);
		one = get(*state, "cn");
		live_configure(*state, "nonce=other", 200);
		other = get(*state, "cn");
		assert_int_equal(one->body_length, atoi(sizes[i]));
		assert_int_equal(other->body_length, atoi(sizes[i]));
		assert_true(differ(one, other));
		free(one);
		free(other);
	}
}

/* A client with the head alone knows only the length of the body. */
static void an_etag_is_not_the_witness_s_hash(void **state)
{
	struct answer *answer;
	struct row row;
	char hash[20];

	live_configure(*state, "nonce=one", 200);
	answer = get(*state, "cn");
	(void)snprintf(hash, sizeof(hash), "%016" PRIx64,
		(uint64_t)XXH3_64bits(answer->body, answer->body_length));
	assert_int_equal(live_witness(*state, "?all", &row, 1), 1);
	assert_string_equal(row.hash, hash);
	assert_non_null(strstr(answer->text, "\r\nETag: \""));
	assert_null(strstr(answer->text, hash));
	free(answer);
}

static void an_etag_changes_with_the_body(void **state)
{
	char request[200], etag[20];
	struct answer *answer;
	struct answer second;

	live_configure(*state, "nonce=one", 200);
	answer = get(*state, "cn");
	memcpy(etag, strstr(answer->text, "ETag: ") + 6, 18);
	etag[18] = '\0';
	free(answer);
	(void)snprintf(request, sizeof(request),
		GET_CN "If-None-Match: %s\r\n\r\n", etag);
	live_ask(*state, request, &second);
	assert_int_equal(second.status, 304);
	live_configure(*state, "nonce=other", 200);
	live_ask(*state, request, &second);
	assert_int_equal(second.status, 200);
}

/* An answer that is being sent keeps the body it began with. */
static void what_is_in_flight_stays_as_it_is(void **state)
{
	struct answer *plain = get(*state, "cn"), answer;
	int fd = live_connect_to(*state);

	live_configure(*state, "latency=100ms", 200);
	live_send_text(fd, GET_CN END);
	while (!live_stat_of(*state, "in_flight"))
		;
	live_configure(*state, "nonce=one", 200);
	live_read_answer(fd, &answer, 0);
	assert_false(differ(plain, &answer));
	(void)close(fd);
	free(plain);
}

static void a_nonce_is_short_and_printable(void **state)
{
	char form[80] = "nonce=";

	live_configure(*state, "nonce=%20", 400);
	memset(form + 6, 'x', 63);
	live_configure(*state, form, 200);
	form[6 + 63] = 'x';
	live_configure(*state, form, 400);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		LIVE(a_nonce_changes_every_body_and_no_size),
		LIVE(a_nonce_goes_with_any_payload),
		LIVE(an_etag_is_not_the_witness_s_hash),
		LIVE(an_etag_changes_with_the_body),
		LIVE(what_is_in_flight_stays_as_it_is),
		LIVE(a_nonce_is_short_and_printable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
