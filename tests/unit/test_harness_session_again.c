/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions without a socket: what is sent again, and what never is. */
#include "test_harness_session.h"

#include "harness/client/retry.h"

static void what_nothing_came_of_is_sent_again(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3);
	request(&bench);
	receive(&bench, BYTES(SETTINGS OK("\1") BODY("\1")));
	session_lose(bench.session, CURLE_RECV_ERROR);
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	request(&bench); /* item 2, which is new, in the first slot */
	receive(&bench,
		BYTES(SETTINGS OK("\1") BODY("\1") OK("\3") BODY("\3")));
	assert_ok(&bench.samples[1]);
	assert_int_equal(bench.samples[1].attempts, 2);
	assert_ok(&bench.samples[2]);
	assert_int_equal(bench.samples[2].attempts, 1);
	bench_close(&bench);
}

/* Its first byte is stamped: the item must not be sent again with that. */
static void an_answer_begun_is_not_sent_again(void **state)
{
	static const char begun[] =
		SETTINGS OK("\1") BODY("\1") FRAME("\1", "\1", "\4", "\3");
	struct bench bench;

	(void)state;
	bench_open(&bench, 2);
	request(&bench);
	receive(&bench, BYTES(begun));
	session_lose(bench.session, CURLE_RECV_ERROR);
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[1].first_byte_ns, 1);
	assert_int_equal(bench.samples[1].status, FR_NET_ERROR);
	assert_int_equal(bench.samples[1].attempts, 1);
	bench_close(&bench);
}

/* Nor is it asked for again before the server has finished something. */
static void what_is_refused_is_sent_again_behind_an_answer(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2);
	request(&bench);
	receive(&bench, BYTES(SETTINGS REFUSED("\1")));
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	frames_request(bench.session);
	bench.session->sent = bench.session->length = 0;
	assert_int_equal(frames_compose(bench.session), 0);
	receive(&bench, BYTES(OK("\3") BODY("\3")));
	assert_ok(&bench.samples[1]);
	assert_int_equal(bench.samples[1].attempts, 1);
	frames_request(bench.session);
	assert_int_equal(frames_compose(bench.session), 0);
	receive(&bench, BYTES(OK("\5") BODY("\5")));
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[0].attempts, 2);
	bench_close(&bench);
}

/* What is beyond the last stream that a GOAWAY names, was not processed. */
static void a_server_that_goes_away_has_not_processed_the_rest(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3);
	request(&bench);
	receive(&bench, BYTES(SETTINGS GOAWAY("\1", "\0")));
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	assert_false(frames_may_request(bench.session));
	receive(&bench, BYTES(OK("\1") BODY("\1")));
	assert_ok(&bench.samples[0]);
	session_lose(bench.session, CURLE_GOT_NOTHING);
	request(&bench);
	/* The older one is the first stream, though in the second slot. */
	receive(&bench, BYTES(SETTINGS OK("\1") BODY("\1")));
	assert_ok(&bench.samples[1]);
	assert_int_equal(bench.samples[1].attempts, 2);
	receive(&bench, BYTES(OK("\3") BODY("\3")));
	assert_ok(&bench.samples[2]);
	assert_int_equal(bench.samples[2].attempts, 1);
	bench_close(&bench);
}

/* Not on the same connection, which has answered nothing and gets no more. */
static void what_is_refused_alone_is_sent_on_another_connection(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 1);
	request(&bench);
	receive(&bench, BYTES(SETTINGS REFUSED("\1")));
	session_lose(bench.session, CURLE_GOT_NOTHING);
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	request(&bench);
	receive(&bench, BYTES(SETTINGS OK("\1") BODY("\1")));
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[0].attempts, 2);
	bench_close(&bench);
}

/* The last stream that a GOAWAY names may have been processed. */
static void what_may_have_been_processed_is_not_sent_again(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3);
	request(&bench);
	receive(&bench, BYTES(SETTINGS OK("\1") BODY("\1")));
	session_take(bench.session);
	frames_request(bench.session);
	bench.session->sent = bench.session->length = 0;
	assert_int_equal(frames_compose(bench.session), 0);
	receive(&bench, BYTES(GOAWAY("\3", "\0")));
	session_lose(bench.session, CURLE_GOT_NOTHING);
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[1].status, FR_NET_ERROR);
	assert_int_equal(bench.samples[1].error, CURLE_GOT_NOTHING);
	assert_int_equal(bench.samples[1].attempts, 1);
	assert_int_equal(bench.samples[2].status, FR_NOT_RUN);
	bench_close(&bench);
}

/* Serves until the descriptor is readable; returns it. */
static int serve_until(struct bench *bench, int fd)
{
	struct pollfd wait[2] = {{.fd = fd, .events = POLLIN}};

	do {
		assert_true(fr_session_serve(bench->session));
		(void)fr_session_waits(bench->session, &wait[1]);
		assert_return_code(poll(wait, 2, -1), 0);
	} while (!wait[0].revents);
	return fd;
}

/* Answers with the bytes when something has come. */
static void answer(struct bench *bench, int fd, struct bytes bytes)
{
	char request[4096];

	assert_true(
		recv(serve_until(bench, fd), request, sizeof(request), 0) > 0);
	assert_int_equal(
		send(fd, bytes.at, bytes.length, MSG_NOSIGNAL), bytes.length);
}

static void serve_item(struct bench *bench, size_t i)
{
	struct pollfd wait;

	while (bench->samples[i].status == FR_NOT_RUN) {
		assert_true(fr_session_serve(bench->session) ||
			bench->samples[i].status != FR_NOT_RUN);
		(void)fr_session_waits(bench->session, &wait);
		if (bench->samples[i].status == FR_NOT_RUN)
			assert_return_code(poll(&wait, 1, -1), 0);
	}
}

/* The server goes away with one answer to come: the others do not wait. */
static void other_items_do_not_wait_for_a_connection_that_ends(void **state)
{
	struct bench bench;
	int first, second;

	(void)state;
	bench_open(&bench, 3);
	first = accept(serve_until(&bench, bench.listener), NULL, NULL);
	answer(&bench, first, BYTES(SETTINGS GOAWAY("\1", "\0")));
	second = accept(serve_until(&bench, bench.listener), NULL, NULL);
	answer(&bench, second, BYTES(SETTINGS OK("\1") BODY("\1")));
	serve_item(&bench, 1);
	answer(&bench, second, BYTES(OK("\3") BODY("\3")));
	serve_item(&bench, 2);
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	assert_int_equal(
		send(first, OK("\1") BODY("\1"), 23, MSG_NOSIGNAL), 23);
	serve_item(&bench, 0);
	assert_false(fr_session_serve(bench.session));
	for (size_t i = 0; i < N; i++) {
		assert_ok(&bench.samples[i]);
		assert_int_equal(bench.samples[i].attempts, i == 1 ? 2 : 1);
	}
	close(first);
	close(second);
	bench_close(&bench);
}

/* The connection before breaks off: its item may have been processed. */
static void a_connection_that_ends_may_break(void **state)
{
	struct bench bench;
	int first, second;

	(void)state;
	bench_open(&bench, 2);
	first = accept(serve_until(&bench, bench.listener), NULL, NULL);
	answer(&bench, first, BYTES(SETTINGS GOAWAY("\1", "\0")));
	second = accept(serve_until(&bench, bench.listener), NULL, NULL);
	close(first);
	serve_item(&bench, 0);
	answer(&bench, second, BYTES(SETTINGS OK("\1") BODY("\1")));
	serve_item(&bench, 1);
	assert_int_equal(bench.samples[0].status, FR_NET_ERROR);
	assert_ok(&bench.samples[1]);
	assert_false(fr_session_serve(bench.session));
	close(second);
	bench_close(&bench);
}

/* Each connection serves one request, and the other slot has sent one more. */
static void a_server_may_go_away_behind_every_answer(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, N);
	serve_all(
		&bench, BYTES(SETTINGS OK("\1") BODY("\1") GOAWAY("\1", "\0")));
	for (size_t i = 0; i < N; i++) {
		assert_ok(&bench.samples[i]);
		assert_int_equal(bench.samples[i].attempts, i ? 2 : 1);
	}
	bench_close(&bench);
}

/* The item leaves its slot to the next one, and comes back when that ends. */
static void a_failed_item_is_tried_again_on_another_stream(void **state)
{
	struct fr_retry retry = {.seed = 1};
	struct bench bench;
	struct fr_error err;

	(void)state;
	bench_open(&bench, 3);
	assert_int_equal(retry_parse(&retry.spec, "1,backoff=0s..0s,on=404",
				 "retry", &err),
		0);
	bench.job.retry = &retry;
	assert_int_equal(fr_retries_open(&bench.items.retries, &bench.job), 0);
	request(&bench);
	receive(&bench, BYTES(SETTINGS NOT_FOUND("\1") BODY("\1")));
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	session_take(bench.session);
	assert_int_equal(bench.samples[0].retries, 1);
	frames_request(bench.session);
	bench.session->sent = bench.session->length = 0;
	assert_int_equal(frames_compose(bench.session), 0);
	receive(&bench, BYTES(NOT_FOUND("\3") BODY("\3")));
	receive(&bench, BYTES(OK("\5") BODY("\5")));
	assert_ok(&bench.samples[0]);
	assert_int_equal(bench.samples[0].attempts, 2);
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	assert_true(fr_retries_take(bench.items.retries, &(size_t){0}));
	fr_retries_close(bench.items.retries);
	bench_close(&bench);
}

/* A stream that nghttp2 holds back was never sent. */
static void only_what_was_sent_counts_as_an_attempt(void **state)
{
	static const char one_stream[] =
		FRAME("\6", "\4", "\0", "\0") "\0\3\0\0\0\1";
	struct bench bench;

	(void)state;
	bench_open(&bench, 3);
	request(&bench);
	receive(&bench, BYTES(one_stream));
	receive(&bench, BYTES(OK("\1") BODY("\1")));
	session_take(bench.session); /* item 2, which has to wait for item 1 */
	frames_request(bench.session);
	bench.session->sent = bench.session->length = 0;
	assert_int_equal(frames_compose(bench.session), 0);
	session_leave(bench.session);
	request(&bench);
	receive(&bench,
		BYTES(SETTINGS OK("\1") BODY("\1") OK("\3") BODY("\3")));
	assert_ok(&bench.samples[1]);
	assert_int_equal(bench.samples[1].attempts, 2);
	assert_ok(&bench.samples[2]);
	assert_int_equal(bench.samples[2].attempts, 1);
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nothing_came_of_is_sent_again),
		cmocka_unit_test(an_answer_begun_is_not_sent_again),
		cmocka_unit_test(
			what_is_refused_is_sent_again_behind_an_answer),
		cmocka_unit_test(
			a_server_that_goes_away_has_not_processed_the_rest),
		cmocka_unit_test(
			what_is_refused_alone_is_sent_on_another_connection),
		cmocka_unit_test(
			what_may_have_been_processed_is_not_sent_again),
		cmocka_unit_test(
			other_items_do_not_wait_for_a_connection_that_ends),
		cmocka_unit_test(a_connection_that_ends_may_break),
		cmocka_unit_test(a_server_may_go_away_behind_every_answer),
		cmocka_unit_test(
			a_failed_item_is_tried_again_on_another_stream),
		cmocka_unit_test(only_what_was_sent_counts_as_an_attempt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
