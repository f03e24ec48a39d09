/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An answer, whole and cut at every byte. */
#include "test_harness.h"

#include <errno.h>
#include <stdio.h>

#include "harness/base/answer.h"

struct want {
	unsigned status;
	uint64_t length;
	bool again; /* the connection can be used again */
};

#define OK    "HTTP/1.1 200 OK\r\n"
#define EMPTY "Content-Length: 0\r\n"
#define X64   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256  X64 X64 X64 X64

/* What was read of an answer: its body, and how it ended. */
struct got {
	struct answer answer;
	char body[256];
	size_t length;
	size_t taken; /* of the text, up to the answer's end */
	ssize_t rc;
};

/* Reads a piece of text; false: it is garbled, or too large. */
static bool feed(struct got *got, const char *text, size_t length)
{
	size_t at = 0;

	while (at < length && got->answer.state != ANSWER_END) {
		struct answer_piece piece;

		got->rc = answer_read(
			&got->answer, text + at, length - at, &piece);
		if (got->rc < 0)
			return false;
		assert_true(got->rc > 0);
		at += (size_t)got->rc;
		assert_true(got->length + piece.length < sizeof(got->body));
		if (piece.length)
			memcpy(got->body + got->length, piece.at, piece.length);
		got->length += piece.length;
		assert_true(!piece.last || got->answer.state == ANSWER_END);
	}
	got->taken += at;
	return true;
}

/* In pieces of so many bytes, behind a first one of another size. */
static void read_cut(
	struct got *got, const char *text, size_t first, size_t step)
{
	size_t length = strlen(text);

	memset(got, 0, sizeof(*got));
	answer_init(&got->answer);
	for (size_t at = 0, piece = first; at < length; at += piece) {
		if (at == first)
			piece = step;
		if (piece > length - at)
			piece = length - at;
		if (!feed(got, text + at, piece))
			return;
	}
}

/* Some step that is all the rest, or all of it byte by byte. */
#define EACH_CUT(text, got, first, step)                               \
	for (size_t step = 1; step <= 4096; step += 4095)              \
		for (size_t first = 1;                                 \
			first <= (step == 1 ? 1 : strlen(text)) &&     \
			(read_cut(&(got), (text), first, step), true); \
			first++)

static void assert_read(const struct answer *answer, const struct want *want)
{
	assert_int_equal(
		answer->state, want->length ? ANSWER_BODY : ANSWER_END);
	assert_false(answer->until_close);
	assert_int_equal(answer->status, want->status);
	assert_int_equal(answer->body_left, want->length);
	assert_int_equal(answer->keep_alive && !answer->closes, want->again);
}

static void understood(const char *head, struct want want)
{
	struct got got;

	EACH_CUT(head, got, first, step)
	{
		assert_true(got.rc > 0);
		assert_read(&got.answer, &want);
	}
}

static void refused(const char *text, ssize_t error)
{
	struct got got;

	EACH_CUT(text, got, first, step)
	if (got.rc != error)
		fail_msg("%zd, cut at %zu: %s", got.rc, first, text);
}

static void garbled(const char *text)
{
	refused(text, -EBADMSG);
}

/* Read up to `rest`, which is no part of it. */
static void has_body(const char *text, const char *body, const char *rest)
{
	struct got got;

	EACH_CUT(text, got, first, step)
	{
		if (got.rc <= 0 || !answer_is_whole(&got.answer))
			fail_msg("cut at %zu: %s", first, text);
		assert_int_equal(got.length, strlen(body));
		assert_memory_equal(got.body, body, got.length);
		assert_string_equal(text + got.taken, rest);
	}
}

static void breaks_off(const char *text)
{
	struct got got;

	EACH_CUT(text, got, first, step)
	{
		assert_true(got.rc > 0);
		assert_false(answer_is_whole(&got.answer));
	}
}

static void a_head_is_read_however_it_is_cut(void **state)
{
	(void)state;
	understood(OK "Content-Length: 1234\r\n\r\n",
		(struct want){200, 1234, true});
	understood("HTTP/1.1 404 Not Found\r\nServer: x\r\n" EMPTY "\r\n",
		(struct want){404, 0, true});
	understood(
		"HTTP/1.1 503\r\n" EMPTY "\r\n", (struct want){503, 0, true});
	understood(OK "content-length:7\r\nDate: a: b\r\n\r\n",
		(struct want){200, 7, true});
	understood(OK "Content-Length: \t 7 \t\r\n\r\n",
		(struct want){200, 7, true});
	understood("HTTP/1.1 200 OK\nContent-Length: 3\n\n",
		(struct want){200, 3, true});
}

static void the_connection_ends_as_the_answer_says(void **state)
{
	(void)state;
	understood(OK EMPTY "Connection: close\r\n\r\n",
		(struct want){200, 0, false});
	understood(OK EMPTY "connection: a, CLOSE ,b\r\n\r\n",
		(struct want){200, 0, false});
	understood(OK EMPTY "Connection: close, keep-alive\r\n\r\n",
		(struct want){200, 0, false});
	understood("HTTP/1.0 200 OK\r\n" EMPTY "\r\n",
		(struct want){200, 0, false});
	understood("HTTP/1.0 200 OK\r\n" EMPTY "Connection: Keep-Alive\r\n\r\n",
		(struct want){200, 0, true});
}

static void an_answer_without_a_body_needs_no_length(void **state)
{
	(void)state;
	understood(
		"HTTP/1.1 204 No Content\r\n\r\n", (struct want){204, 0, true});
	has_body("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "",
		"");
	has_body("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n"
		 "\r\nrest",
		"", "rest");
}

static void interim_answers_are_passed_over(void **state)
{
	(void)state;
	understood("HTTP/1.1 100 Continue\r\nContent-Length: 9\r\n"
		   "Connection: close\r\n\r\n"
		   "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" OK
		   "Content-Length: 2\r\n\r\n",
		(struct want){200, 2, true});
	garbled("HTTP/1.1 101 Switching Protocols\r\n\r\n");
}

static void a_long_field_of_no_account_is_passed_over(void **state)
{
	(void)state;
	understood(OK "X-Long: " X256 X64 "\r\n" EMPTY "\r\n",
		(struct want){200, 0, true});
	understood(OK X256 X64 ": long name\r\n" EMPTY "\r\n",
		(struct want){200, 0, true});
	garbled(OK "Content-Length: 5" X256 "\r\n\r\n");
	garbled("HTTP/1.1 200 " X256 "\r\n" EMPTY "\r\n");
	garbled(OK X256 X64 " no colon\r\n" EMPTY "\r\n");
}

static void what_is_not_understood_is_garbled(void **state)
{
	static const char *const heads[] = {
		"HTTP/2 200\r\n" EMPTY "\r\n",
		"HTTP/1.x 200 OK\r\n" EMPTY "\r\n",
		"HTTP/1.1 20 OK\r\n" EMPTY "\r\n",
		"HTTP/1.1 099 Low\r\n" EMPTY "\r\n",
		"HTTP/1.1 2000 OK\r\n" EMPTY "\r\n",
		"HTTP/1.1  200 OK\r\n" EMPTY "\r\n",
		"\r\n" OK EMPTY "\r\n",
		"<html>\r\n\r\n",
		"HTTP/1.2 200 OK\r\n" EMPTY "\r\n",
		"HELO\r\n",
		OK "Transfer-Encoding: gzip, chunked\r\n\r\n",
		OK "Transfer-Encoding: chunked\r\n"
		   "Transfer-Encoding: chunked\r\n\r\n",
		OK EMPTY "transfer-encoding: identity\r\n\r\n",
		OK "Content-Length:\r\n\r\n",
		OK "Content-Length: -1\r\n\r\n",
		OK "Content-Length: +1\r\n\r\n",
		OK "Content-Length: 0x10\r\n\r\n",
		OK "Content-Length: 1 1\r\n\r\n",
		OK "Content-Length: 5, 6\r\n\r\n",
		OK "Content-Length: 5,\r\n\r\n",
		OK "Content-Length: 12345678901234567890123\r\n\r\n",
		OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		OK "Content-Length: 18446744073709551617\r\n\r\n",
		OK "Content-Length : 1\r\n\r\n",
		OK " Content-Length: 1\r\n\r\n",
		OK "Content-Length:\r\n 1\r\n\r\n",
		OK EMPTY "X: a\rb\r\n\r\n",
		OK EMPTY ": nameless\r\n\r\n",
		OK EMPTY "no colon\r\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		garbled(heads[i]);
}

static void a_length_said_twice_alike_is_one(void **state)
{
	(void)state;
	understood(OK "Content-Length: 1\r\nContent-Length: 01\r\n\r\n",
		(struct want){200, 1, true});
	understood(
		OK "Content-Length: 5, 5\r\n\r\n", (struct want){200, 5, true});
}

static void a_folded_field_is_passed_over(void **state)
{
	(void)state;
	understood(OK EMPTY "X: a\r\n folded: b\r\n\tand more\r\n\r\n",
		(struct want){200, 0, true});
}

#define CHUNKED OK "Transfer-Encoding: Chunked\r\n\r\n"

static void a_body_ends_as_its_head_tells(void **state)
{
	(void)state;
	has_body(OK "Content-Length: 4\r\n\r\nBODYrest", "BODY", "rest");
	has_body(OK "\r\nBODY and more", "BODY and more", "");
	has_body(OK "Connection: keep-alive\r\n\r\n", "", "");
	has_body(CHUNKED "0\r\n\r\nrest", "", "rest");
	has_body(CHUNKED "4\r\nBODY\r\n00d\r\n, and\r\n\r\nmore\r\n0\r\n\r\n",
		"BODY, and\r\n\r\nmore", "");
	has_body(CHUNKED "A \t;a=b;c\r\n0123456789\r\n0;z\r\n\r\n",
		"0123456789", "");
	has_body(CHUNKED "0000000000000004\nBODY\n0\n\n", "BODY", "");
	has_body(CHUNKED "4\r\nBODY\r\n0\r\nX: a\r\n b\r\nY: c\r\n\r\nrest",
		"BODY", "rest");
	has_body(OK "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "4\r\nBODY\r\n0\r\n\r\n",
		"BODY", "");
}

static void a_body_that_breaks_off_is_not_whole(void **state)
{
	(void)state;
	breaks_off("HTTP/1.1 20");
	breaks_off(OK);
	breaks_off("HTTP/1.1 100 Continue\r\n\r\n");
	breaks_off(OK "Content-Length: 4\r\n\r\nBOD");
	breaks_off(CHUNKED);
	breaks_off(CHUNKED "4\r\nBOD");
	breaks_off(CHUNKED "4\r\nBODY\r\n");
	breaks_off(CHUNKED "4\r\nBODY\r\n0\r\n");
	breaks_off(CHUNKED "4\r\nBODY\r\n0\r\nX: y\r\n");
}

static void chunks_that_are_none_are_garbled(void **state)
{
	(void)state;
	garbled(CHUNKED "\r\n");
	garbled(CHUNKED "x\r\n");
	garbled(CHUNKED "-4\r\nBODY\r\n0\r\n\r\n");
	garbled(CHUNKED "0x4\r\nBODY\r\n0\r\n\r\n");
	garbled(CHUNKED " 4\r\nBODY\r\n0\r\n\r\n");
	garbled(CHUNKED "4 x\r\nBODY\r\n0\r\n\r\n");
	garbled(CHUNKED "4\r\nBODYx0\r\n\r\n");
	garbled(CHUNKED "8000000000000000\r\n");
	garbled(CHUNKED "00000000000000004\r\nBODY\r\n0\r\n\r\n");
	garbled(CHUNKED "0\r\nno colon\r\n\r\n");
	garbled(CHUNKED "0\r\nX: a\rb\r\n\r\n");
}

static void what_has_a_nul_in_it_is_garbled(void **state)
{
	static const char text[] = OK EMPTY "X: a\0b\r\n\r\n";

	(void)state;
	for (size_t first = 1; first < sizeof(text) - 1; first++) {
		struct got got = {.rc = 0};

		answer_init(&got.answer);
		if (feed(&got, text, first))
			feed(&got, text + first, sizeof(text) - 1 - first);
		assert_int_equal(got.rc, -EBADMSG);
	}
}

/* Also behind the bytes of a line that are kept, and wherever a piece ends. */
static void what_has_a_cr_within_a_line_is_garbled(void **state)
{
	char text[1024];
	int length;

	(void)state;
	for (int pad = ANSWER_LINE_MAX - 8; pad < ANSWER_LINE_MAX + 8; pad++)
		for (int lone = 0; lone < 2; lone++) {
			length = snprintf(text, sizeof(text),
				CHUNKED "0\r\nX: %*s%s\r\n\r\n", pad, "",
				lone ? "a\rb" : "a");
			for (int first = length - 12; first < length; first++) {
				struct got got = {.rc = 0};

				answer_init(&got.answer);
				if (feed(&got, text, (size_t)first))
					feed(&got, text + first,
						(size_t)(length - first));
				assert_int_equal(got.rc == -EBADMSG, lone);
			}
		}
}

/* Feeds it for ever; how much of it was taken until it was too much. */
static size_t endless(struct got *got, const char *text)
{
	size_t sent = 0;

	while (feed(got, text, strlen(text)))
		sent += strlen(text);
	assert_int_equal(got->rc, -EMSGSIZE);
	return sent;
}

static void what_has_no_end_is_too_large(void **state)
{
	static const struct {
		const char *head, *line;
		size_t most;
	} cases[] = {
		{OK, "X: y\r\n", ANSWER_HEAD_MAX},
		{"", "HTTP/1.1 102 Processing\r\n\r\n", ANSWER_HEAD_MAX},
		{OK, "x", ANSWER_HEAD_MAX},
		{CHUNKED "1;", "x", ANSWER_EXTRA_MAX},
		{CHUNKED "0\r\n", "x", ANSWER_EXTRA_MAX},
		{CHUNKED "0\r\n", "X: y\r\n", ANSWER_HEAD_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct got got = {.rc = 0};

		answer_init(&got.answer);
		assert_true(feed(&got, cases[i].head, strlen(cases[i].head)));
		assert_in_range(endless(&got, cases[i].line),
			cases[i].most - 64, cases[i].most);
	}
}

static void tells_to_wait(const char *head, uint32_t seconds)
{
	struct got got;

	EACH_CUT(head, got, first, step)
	{
		assert_true(got.rc > 0);
		assert_int_equal(got.answer.retry_after_s, seconds);
	}
}

#define LATER "HTTP/1.1 503 Later\r\n"

static void a_server_may_tell_when_to_try_again(void **state)
{
	(void)state;
	tells_to_wait(LATER EMPTY "\r\n", 0);
	tells_to_wait(LATER EMPTY "Retry-After: 1\r\n\r\n", 1);
	tells_to_wait(LATER "retry-after:\t0120 \r\n" EMPTY "\r\n", 120);
	tells_to_wait(LATER EMPTY
		"Retry-After: 99999999999999999999999\r\n\r\n",
		UINT32_MAX);
	/* Of an interim answer, or no number of seconds: nothing to obey. */
	tells_to_wait(
		"HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n" LATER EMPTY
		"\r\n",
		0);
	tells_to_wait(LATER EMPTY "Retry-After:\r\n\r\n", 0);
	tells_to_wait(LATER EMPTY "Retry-After: -1\r\n\r\n", 0);
	tells_to_wait(LATER EMPTY "Retry-After: 1.5\r\n\r\n", 0);
	tells_to_wait(LATER EMPTY
		"Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n\r\n",
		0);
	garbled(LATER EMPTY "Retry-After: 1\r\n 0\r\n\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_head_is_read_however_it_is_cut),
		cmocka_unit_test(the_connection_ends_as_the_answer_says),
		cmocka_unit_test(an_answer_without_a_body_needs_no_length),
		cmocka_unit_test(interim_answers_are_passed_over),
		cmocka_unit_test(a_long_field_of_no_account_is_passed_over),
		cmocka_unit_test(what_is_not_understood_is_garbled),
		cmocka_unit_test(a_length_said_twice_alike_is_one),
		cmocka_unit_test(a_folded_field_is_passed_over),
		cmocka_unit_test(a_body_ends_as_its_head_tells),
		cmocka_unit_test(a_body_that_breaks_off_is_not_whole),
		cmocka_unit_test(chunks_that_are_none_are_garbled),
		cmocka_unit_test(what_has_a_nul_in_it_is_garbled),
		cmocka_unit_test(what_has_a_cr_within_a_line_is_garbled),
		cmocka_unit_test(what_has_no_end_is_too_large),
		cmocka_unit_test(a_server_may_tell_when_to_try_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
