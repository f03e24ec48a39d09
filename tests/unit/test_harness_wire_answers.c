/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wires without a socket: how answers are read, good and bad. */
#include "test_harness_wire.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Three answers, cut into three at any two places. */
static void answers_are_read_however_they_are_cut(void **state)
{
	static const char answers[] =
		ANSWER HEAD("200", "0") HEAD("404", "9") "not found";
	size_t length = strlen(answers);

	(void)state;
	for (size_t a = 0; a <= length; a++)
		for (size_t b = a; b <= length; b += 7) {
			struct bench bench;

			bench_open(&bench, 3, 3, 1);
			connect_and_send(bench.wire);
			assert_true(fr_wire_received(bench.wire, answers, a));
			assert_true(fr_wire_received(
				bench.wire, answers + a, b - a));
			assert_true(fr_wires_busy(bench.wires) == (b < length));
			assert_true(fr_wire_received(
				bench.wire, answers + b, length - b));
			assert_ok(&bench.samples[0], "BODY");
			assert_ok(&bench.samples[1], "");
			assert_int_equal(
				bench.samples[2].status, FR_HTTP_ERROR);
			assert_int_equal(bench.samples[2].http_status, 404);
			assert_int_equal(bench.samples[2].body_bytes, 9);
			assert_false(fr_wires_busy(bench.wires));
			assert_false(fr_wire_fill(bench.wire));
			bench_close(&bench);
		}
}

static void an_answer_that_breaks_off_is_a_failure(void **state)
{
	static const char answer[] = ANSWER;
	const size_t line = strcspn(answer, "\n") + 1;

	(void)state;
	for (size_t cut = 1; cut < strlen(answer); cut++) {
		struct bench bench;

		bench_open(&bench, 2, 1, 1);
		connect_and_send(bench.wire);
		assert_true(receive(bench.wire, ANSWER));
		send_all(bench.wire);
		assert_true(fr_wire_received(bench.wire, answer, cut));
		fr_wire_lost(bench.wire, 0);
		if (cut < line) {
			/* As if nothing had come; once more, and it failed. */
			assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
			connect_and_send(bench.wire);
			assert_true(fr_wire_received(bench.wire, answer, cut));
			fr_wire_lost(bench.wire, 0);
			assert_failed(&bench.samples[1], CURLE_GOT_NOTHING);
			assert_int_equal(bench.samples[1].attempts, 2);
			bench_close(&bench);
			continue;
		}
		assert_failed(&bench.samples[1], CURLE_PARTIAL_FILE);
		assert_int_equal(bench.samples[1].attempts, 1);
		assert_int_equal(bench.samples[1].body_bytes,
			cut + 4 > strlen(answer) ? cut + 4 - strlen(answer)
						 : 0);
		bench_close(&bench);
	}
}

static void a_garbled_answer_fails_its_item_alone(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3, 3, 1);
	connect_and_send(bench.wire);
	assert_false(receive(bench.wire,
		ANSWER "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"
		       "0\r\n\r\n"));
	assert_ok(&bench.samples[0], "BODY");
	assert_failed(&bench.samples[1], CURLE_WEIRD_SERVER_REPLY);
	assert_int_equal(bench.samples[2].status, FR_NOT_RUN);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[2], "BODY");
	bench_close(&bench);
}

static void chunks_are_read_and_the_connection_goes_on(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 2, 1);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire,
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3\r\nBOD\r\n1\r\nY\r\n0\r\n\r\n" ANSWER));
	assert_ok(&bench.samples[0], "BODY");
	assert_ok(&bench.samples[1], "BODY");
	bench_close(&bench);
}

/* Its end is the body's; what was sent behind it has to be sent again. */
static void a_body_without_length_ends_with_its_connection(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3, 2, 1);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, "HTTP/1.1 200 OK\r\n\r\nBOD"));
	assert_true(receive(bench.wire, "Y"));
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	fr_wire_lost(bench.wire, 0);
	assert_ok(&bench.samples[0], "BODY");
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, "HTTP/1.1 200 OK\r\n\r\n"));
	fr_wire_lost(bench.wire, 0);
	assert_ok(&bench.samples[1], "");
	assert_int_equal(bench.samples[1].attempts, 2);
	/* A reset is no end. */
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, "HTTP/1.1 200 OK\r\n\r\nBODY"));
	fr_wire_lost(bench.wire, -ECONNRESET);
	assert_failed(&bench.samples[2], -ECONNRESET);
	assert_int_equal(bench.samples[2].body_bytes, 4);
	bench_close(&bench);
}

static void a_head_without_end_is_too_large(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 1, 1, 1);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, "HTTP/1.1 200 OK\r\n"));
	while (receive(bench.wire, "X: y\r\n"))
		;
	assert_failed(&bench.samples[0], CURLE_FILESIZE_EXCEEDED);
	assert_int_equal(bench.samples[0].http_status, 200);
	bench_close(&bench);
}

static void bytes_that_nobody_asked_for_end_the_connection(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	connect_and_send(bench.wire);
	assert_false(receive(bench.wire, ANSWER "x"));
	assert_ok(&bench.samples[0], "BODY");
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[1], "BODY");
	assert_int_equal(bench.samples[1].attempts, 1);
	bench_close(&bench);
}

/* A server that answers before it is asked cannot make requests pile up. */
static void answers_ahead_of_their_requests_are_survived(void **state)
{
	struct bench bench;
	size_t length, most = 0;

	(void)state;
	bench_open(&bench, N, 2, 1);
	while (fr_wires_busy(bench.wires)) {
		if (fr_wire_fill(bench.wire))
			fr_wire_connected(bench.wire);
		fr_wire_request(bench.wire, &length);
		most = length > most ? length : most;
		(void)receive(bench.wire, ANSWER);
	}
	assert_in_range(most, 1, 2 * strlen(REQUEST("/even.gif", "0")));
	for (size_t i = 0; i < N; i++)
		assert_int_equal(bench.samples[i].status, FR_OK);
	bench_close(&bench);
}

static void note_body(void *ctx, size_t item, const struct fr_sample *sample,
	const void *body, size_t length)
{
	assert_int_equal(item, 0);
	assert_int_equal(sample->status, FR_OK);
	assert_int_equal(length, 4);
	memcpy(ctx, body, length);
}

static void an_observer_sees_the_body_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t cut = 0; cut <= strlen(ANSWER); cut++) {
		char body[5] = "";
		struct fr_observer observer = {
			.arrived = note_body, .ctx = body};
		struct bench bench;

		bench_open(&bench, 1, 1, 1);
		bench.job.observer = &observer;
		connect_and_send(bench.wire);
		(void)fr_wire_received(bench.wire, ANSWER, cut);
		(void)receive(bench.wire, &ANSWER[cut]);
		assert_string_equal(body, "BODY");
		bench_close(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_however_they_are_cut),
		cmocka_unit_test(an_answer_that_breaks_off_is_a_failure),
		cmocka_unit_test(a_garbled_answer_fails_its_item_alone),
		cmocka_unit_test(chunks_are_read_and_the_connection_goes_on),
		cmocka_unit_test(
			a_body_without_length_ends_with_its_connection),
		cmocka_unit_test(a_head_without_end_is_too_large),
		cmocka_unit_test(
			bytes_that_nobody_asked_for_end_the_connection),
		cmocka_unit_test(answers_ahead_of_their_requests_are_survived),
		cmocka_unit_test(an_observer_sees_the_body_however_it_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
