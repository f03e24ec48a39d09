/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The head of an answer, whole and cut at every byte. */
#include "test_harness.h"

#include <errno.h>
#include <stdio.h>

#include "harness/trial/answer.h"

struct want {
	unsigned status;
	uint64_t length;
	bool again; /* the connection can be used again */
};

#define OK    "HTTP/1.1 200 OK\r\n"
#define EMPTY "Content-Length: 0\r\n"
#define X64   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256  X64 X64 X64 X64

/* Reads text in pieces of `first` bytes, then all the rest; then "BODY". */
static ssize_t read_cut(struct answer *answer, const char *text, size_t first)
{
	size_t length = strlen(text), at = 0;

	answer_init(answer);
	while (at < length && answer->state != ANSWER_BODY) {
		size_t piece = at == 0 && first ? first : length - at;
		ssize_t taken = answer_read(answer, text + at, piece);

		if (taken < 0)
			return taken;
		at += (size_t)taken;
		if (answer->state != ANSWER_BODY)
			assert_int_equal(taken, piece);
	}
	return (ssize_t)at;
}

static ssize_t read_by_byte(struct answer *answer, const char *text)
{
	size_t at = 0;

	answer_init(answer);
	for (; text[at] && answer->state != ANSWER_BODY; at++)
		if (answer_read(answer, text + at, 1) < 0)
			return -EBADMSG;
	return (ssize_t)at;
}

static void assert_read(const struct answer *answer, const struct want *want)
{
	assert_int_equal(answer->state, ANSWER_BODY);
	assert_int_equal(answer->status, want->status);
	assert_int_equal(answer->body_left, want->length);
	assert_int_equal(answer->keep_alive && !answer->closes, want->again);
}

static void understood(const char *head, struct want want)
{
	char text[2048];
	struct answer answer;
	ssize_t length = (ssize_t)strlen(head);

	(void)snprintf(text, sizeof(text), "%sBODY", head);
	for (size_t cut = 0; cut <= strlen(text); cut++) {
		assert_int_equal(read_cut(&answer, text, cut), length);
		assert_read(&answer, &want);
	}
	assert_int_equal(read_by_byte(&answer, text), length);
	assert_read(&answer, &want);
}

static void garbled(const char *head)
{
	struct answer answer;

	for (size_t cut = 0; cut <= strlen(head); cut++)
		if (read_cut(&answer, head, cut) != -EBADMSG)
			fail_msg("cut at %zu: %s", cut, head);
	assert_int_equal(read_by_byte(&answer, head), -EBADMSG);
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
	understood("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
		(struct want){304, 0, true});
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
		OK "\r\n",
		OK "Server: x\r\n\r\n",
		OK "Transfer-Encoding: chunked\r\n\r\n",
		OK EMPTY "transfer-encoding: identity\r\n\r\n",
		OK "Content-Length:\r\n\r\n",
		OK "Content-Length: -1\r\n\r\n",
		OK "Content-Length: +1\r\n\r\n",
		OK "Content-Length: 0x10\r\n\r\n",
		OK "Content-Length: 1 1\r\n\r\n",
		OK "Content-Length: 5, 5\r\n\r\n",
		OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
		OK "Content-Length: 18446744073709551617\r\n\r\n",
		OK "Content-Length : 1\r\n\r\n",
		OK " Content-Length: 1\r\n\r\n",
		OK EMPTY "X: a\r\n folded\r\n\r\n",
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
}

static void a_head_without_end_is_garbled(void **state)
{
	static const char line[] = "X: y\r\n";
	struct answer answer;
	size_t sent = 0;

	(void)state;
	answer_init(&answer);
	assert_int_equal(answer_read(&answer, OK, strlen(OK)), strlen(OK));
	while (answer_read(&answer, line, strlen(line)) > 0)
		sent += strlen(line);
	assert_in_range(sent, ANSWER_HEAD_MAX - 64, ANSWER_HEAD_MAX);
	/* Nor does one line without end get any further. */
	answer_init(&answer);
	for (sent = 0; answer_read(&answer, "x", 1) > 0;)
		sent++;
	assert_int_equal(sent, ANSWER_HEAD_MAX);
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
		cmocka_unit_test(a_head_without_end_is_garbled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
