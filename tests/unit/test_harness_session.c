/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions without a socket: how answers are read, good and bad. */
#include "test_harness_session.h"

#include <errno.h>

static void answers_are_read_however_they_are_cut(void **state)
{
	static const char answers[] =
		SETTINGS NOT_FOUND("\3") OK("\1") BODY("\3") BODY("\1");
	const size_t length = sizeof(answers) - 1;

	(void)state;
	for (size_t a = 0; a <= length; a++)
		for (size_t b = a; b <= length; b += 5) {
			struct bench bench;

			bench_open(&bench, 2);
			request(&bench);
			receive(&bench, (struct bytes){answers, a});
			receive(&bench, (struct bytes){answers + a, b - a});
			receive(&bench,
				(struct bytes){answers + b, length - b});
			assert_ok(&bench.samples[0]);
			assert_int_equal(
				bench.samples[1].status, FR_HTTP_ERROR);
			assert_int_equal(bench.samples[1].http_status, 404);
			assert_int_equal(bench.samples[1].body_bytes, 4);
			assert_int_equal(bench.samples[1].first_byte_ns, 1);
			bench_close(&bench);
		}
}

static void an_interim_answer_is_not_the_answer(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 1);
	request(&bench);
	receive(&bench, BYTES(SETTINGS CONTINUE("\1")));
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	receive(&bench, BYTES(OK("\1") BODY("\1")));
	assert_ok(&bench.samples[0]);
	bench_close(&bench);
}

static void an_answer_that_breaks_off_is_a_failure(void **state)
{
	static const char answer[] = SETTINGS OK("\1") BODY("\1");

	(void)state;
	for (size_t cut = 0; cut < sizeof(answer) - 1; cut++) {
		struct bench bench;

		bench_open(&bench, 1);
		request(&bench);
		assert_int_equal(
			receive(&bench, (struct bytes){answer, cut}), 0);
		session_lose(bench.session, CURLE_RECV_ERROR);
		assert_int_equal(bench.samples[0].status, FR_NET_ERROR);
		assert_int_equal(bench.samples[0].error, CURLE_RECV_ERROR);
		assert_int_equal(bench.samples[0].attempts, 1);
		bench_close(&bench);
	}
}

static void a_server_that_makes_no_sense_fails_items_at_once(void **state)
{
	static const struct bytes hostile[] = {
		OF("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nBODY"),
		/* Frames where they must not be, or of the wrong size. */
		OF(OK("\1") BODY("\1")),
		OF(SETTINGS BODY("\0")),
		OF(SETTINGS BODY("\1")),
		OF(SETTINGS OK("\0")),
		OF(SETTINGS OK("\2")),
		OF(SETTINGS OK("\x63")),
		OF(SETTINGS FRAME("\1", "\4", "\0", "\0") "x"),
		OF(SETTINGS FRAME("\1", "\6", "\0", "\0") "x"),
		OF(SETTINGS FRAME("\4", "\10", "\0", "\0") "\0\0\0\0"),
		OF(SETTINGS FRAME("\1", "\x9", "\4", "\1") "\x88"),
		OF(SETTINGS FRAME("\0", "\4", "\1", "\0")
				FRAME("\5", "\5", "\4", "\1") "\0\0\0\2\x88"),
		OF(SETTINGS FRAME("\4", "\10", "\0", "\1") "\0\0\0\0"),
		OF(SETTINGS "\xff\xff\xff\0\1\0\0\0\1"),
		OF(SETTINGS FRAME("\1", "\1", "\0", "\1") "\x88" BODY("\1")),
		/* Not HPACK; an index that no table has. */
		OF(SETTINGS FRAME("\1", "\1", "\4", "\1") "\x80"),
		OF(SETTINGS FRAME("\2", "\1", "\4", "\1") "\xff\x7f"),
		/* The session is over, as the server says. */
		OF(SETTINGS GOAWAY("\0", "\0")),
		OF(SETTINGS GOAWAY("\0", "\2")),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		struct bench bench;

		bench_open(&bench, N);
		serve_all(&bench, hostile[i]);
		for (size_t k = 0; k < N; k++) {
			assert_int_equal(bench.samples[k].status, FR_NET_ERROR);
			assert_in_range(bench.samples[k].attempts, 1,
				SAMPLER_SENDS_MAX);
		}
		bench_close(&bench);
	}
}

/* On one connection after another, until the item has been sent too often. */
static void a_server_that_refuses_everything_is_left(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, SLOTS);
	serve_all(&bench, BYTES(SETTINGS REFUSED("\1") REFUSED("\3")));
	for (size_t i = 0; i < SLOTS; i++) {
		assert_int_equal(bench.samples[i].status, FR_NET_ERROR);
		assert_int_equal(bench.samples[i].error, CURLE_HTTP2_STREAM);
		assert_int_equal(bench.samples[i].attempts, SAMPLER_SENDS_MAX);
	}
	bench_close(&bench);
}

static void a_bad_answer_fails_its_item_alone(void **state)
{
	static const struct bytes bad[] = {
		OF(RST_STREAM("\1")),
		/* Without a status; "2x0"; two of them; one that is a path. */
		OF(FRAME("\5", "\1", "\4", "\1") "\0\1x\1y" BODY("\1")),
		OF(FRAME("\5", "\1", "\4", "\1") "\x08\x03"
						 "2x0"),
		OF(FRAME("\2", "\1", "\4", "\1") "\x88\x88"),
		OF(FRAME("\2", "\1", "\4", "\1") "\x88\x84"),
		/* A name with a capital letter. */
		OF(FRAME("\6", "\1", "\4", "\1") "\x88\0\1X\1y"),
		/* Content-Length: 9, and 4 come; an end, and then more. */
		OF(FRAME("\5", "\1", "\4", "\1") "\x88\x0f\x0d\1"
						 "9" BODY("\1")),
		OF(FRAME("\5", "\1", "\5", "\1") "\x08\x03"
						 "100"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct bench bench;

		bench_open(&bench, 2);
		request(&bench);
		assert_int_equal(receive(&bench, BYTES(SETTINGS)), 0);
		assert_int_equal(receive(&bench, bad[i]), 0);
		/* A stream is over when the server has been told so. */
		bench.session->sent = bench.session->length;
		assert_int_equal(frames_compose(bench.session), 0);
		assert_int_equal(bench.samples[0].status, FR_NET_ERROR);
		assert_int_equal(bench.samples[0].error, CURLE_HTTP2_STREAM);
		assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
		assert_int_equal(
			receive(&bench, BYTES(OK("\3") BODY("\3"))), 0);
		assert_ok(&bench.samples[1]);
		assert_false(frames_over(bench.session));
		bench_close(&bench);
	}
}

/* A long field, and many that say the same again in one byte each. */
static void a_head_without_end_is_too_large(void **state)
{
	static const char start[] = "\0\x0f\xbb\1\4\0\0\0\1"
				    "\x88\x40\1x\x7f\xa1\x1e";
	char head[9 + 0xfbb];
	struct bench bench;

	(void)state;
	memset(head, 0xbe, sizeof(head));
	memcpy(head, start, sizeof(start) - 1);
	memset(head + sizeof(start) - 1, 'y', 4000);
	bench_open(&bench, 2);
	request(&bench);
	assert_int_equal(receive(&bench, BYTES(SETTINGS)), 0);
	assert_int_equal(
		receive(&bench, (struct bytes){head, sizeof(head)}), 0);
	assert_int_equal(bench.samples[0].status, FR_NET_ERROR);
	assert_int_equal(bench.samples[0].error, CURLE_FILESIZE_EXCEEDED);
	assert_int_equal(bench.samples[0].http_status, 200);
	assert_int_equal(receive(&bench, BYTES(OK("\3") BODY("\3"))), 0);
	assert_ok(&bench.samples[1]);
	bench_close(&bench);
}

static void pings_do_not_pile_up(void **state)
{
	struct bench bench;
	unsigned pings = 0;

	(void)state;
	bench_open(&bench, 1);
	request(&bench);
	receive(&bench, BYTES(SETTINGS));
	while (receive(&bench, BYTES(PING)) == 0)
		assert_in_range(++pings, 1, 100000);
	bench_close(&bench);
}

static void a_refused_connection_fails_items(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, N);
	close(bench.listener);
	bench.listener = -1;
	serve_all(&bench, BYTES(""));
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(bench.samples[i].status, FR_NET_ERROR);
		assert_int_equal(bench.samples[i].error, -ECONNREFUSED);
		assert_int_equal(bench.samples[i].attempts, 1);
	}
	bench_close(&bench);
}

static void an_item_is_not_begun_before_its_time(void **state)
{
	static const uint64_t due_ns[] = {0, 3600 * UINT64_C(1000000000)};
	struct bench bench;
	struct pollfd socket;
	uint64_t t0_ns = clock_ns();

	(void)state;
	bench_open(&bench, 2);
	bench.job.due_ns = due_ns;
	bench.job.t0_ns = &t0_ns;
	request(&bench);
	assert_int_equal(bench.samples[1].start_ns, 0);
	receive(&bench, BYTES(SETTINGS OK("\1") BODY("\1")));
	assert_ok(&bench.samples[0]);
	session_take(bench.session);
	assert_int_equal(bench.session->in_hand, 0);
	assert_true(fr_session_waits(bench.session, &socket) > 0);
	t0_ns -= due_ns[1]; /* an hour later */
	assert_int_equal(fr_session_waits(bench.session, &socket), 0);
	session_take(bench.session);
	assert_int_equal(bench.session->in_hand, 1);
	assert_true(bench.samples[1].start_ns >= t0_ns + due_ns[1]);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_however_they_are_cut),
		cmocka_unit_test(an_interim_answer_is_not_the_answer),
		cmocka_unit_test(an_answer_that_breaks_off_is_a_failure),
		cmocka_unit_test(
			a_server_that_makes_no_sense_fails_items_at_once),
		cmocka_unit_test(a_server_that_refuses_everything_is_left),
		cmocka_unit_test(a_bad_answer_fails_its_item_alone),
		cmocka_unit_test(a_head_without_end_is_too_large),
		cmocka_unit_test(pings_do_not_pile_up),
		cmocka_unit_test(a_refused_connection_fails_items),
		cmocka_unit_test(an_item_is_not_begun_before_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
