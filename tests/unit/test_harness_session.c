/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions of HTTP/2; the test is the server, and seldom a good one. */
#include "test_harness.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/xxh3.h"
#include "harness/client/retry.h"
#include "harness/client/session.h"

enum { N = 3, SLOTS = 2 };

/* Frames (RFC 9113, 4.1): length, type, flags, stream; then the payload. */
#define FRAME(length, type, flags, stream) \
	"\0\0" length type flags "\0\0\0" stream
#define SETTINGS          FRAME("\0", "\4", "\0", "\0")
#define OK(stream)        FRAME("\1", "\1", "\4", stream) "\x88"
#define NOT_FOUND(stream) FRAME("\1", "\1", "\4", stream) "\x8d"
#define CONTINUE(stream)                \
	FRAME("\5", "\1", "\4", stream) \
	"\x08\x03"                      \
	"100"
#define BODY(stream)       FRAME("\4", "\0", "\1", stream) "BODY"
#define RST_STREAM(stream) FRAME("\4", "\3", "\0", stream) "\0\0\0\2"
#define REFUSED(stream)    FRAME("\4", "\3", "\0", stream) "\0\0\0\7"
#define PING               FRAME("\10", "\6", "\0", "\0") "12345678"
#define GOAWAY(stream, code) \
	FRAME("\10", "\7", "\0", "\0") "\0\0\0" stream "\0\0\0" code

struct bytes {
	const char *at;
	size_t length;
};
#define OF(text)                       \
	{                              \
		text, sizeof(text) - 1 \
	}
#define BYTES(text) ((struct bytes)OF(text))

struct bench {
	struct fr_http http;
	struct fr_sample samples[N];
	const char *urls[N];
	char url[64];
	struct fr_job job;
	struct fr_session_items items;
	struct fr_session *session;
	int listener;
};

static void bench_open(struct bench *bench, size_t n)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);

	*bench = (struct bench){.http.timeout_ms = 60000};
	bench->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_return_code(bind(bench->listener, (struct sockaddr *)&address,
				   sizeof(address)),
		0);
	assert_return_code(listen(bench->listener, 8), 0);
	assert_return_code(getsockname(bench->listener,
				   (struct sockaddr *)&address, &length),
		0);
	(void)snprintf(bench->url, sizeof(bench->url), "http://127.0.0.1:%u/x",
		ntohs(address.sin_port));
	for (size_t i = 0; i < N; i++)
		bench->urls[i] = bench->url;
	bench->job = (struct fr_job){
		.n = n,
		.concurrency = SLOTS,
		.urls = bench->urls,
		.trial = "t1",
		.http = &bench->http,
		.samples = bench->samples,
	};
	assert_int_equal(fr_session_open(&bench->session, &bench->job,
				 &bench->items, 0, SLOTS),
		0);
}

static void bench_close(struct bench *bench)
{
	fr_session_close(bench->session);
	if (bench->listener >= 0)
		close(bench->listener);
}

/* A connection without a socket, all slots' items requested on it. */
static void request(struct bench *bench)
{
	assert_int_equal(frames_begin(bench->session), 0);
	session_take(bench->session);
	frames_request(bench->session);
	bench->session->sent = bench->session->length = 0;
	assert_int_equal(frames_compose(bench->session), 0);
	assert_true(bench->session->length > 0);
}

static int receive(struct bench *bench, struct bytes bytes)
{
	return frames_read(bench->session, bytes.at, bytes.length, 1);
}

/*
 * Serves until all is done, with a server that answers each connection's first
 * bytes with the same bytes, says no more, and leaves it when there is another
 * one.
 */
static void serve_all(struct bench *bench, struct bytes bytes)
{
	struct pollfd wait[3] = {{.fd = bench->listener, .events = POLLIN},
		{.fd = -1, .events = POLLIN}};
	int server = -1;

	while (fr_session_serve(bench->session)) {
		if (fr_session_waits(bench->session, &wait[2]) > 0)
			(void)poll(wait, 3, -1);
		if (poll(wait, 1, 0) == 1) {
			if (server >= 0)
				close(server);
			server = accept(bench->listener, NULL, NULL);
			assert_return_code(server, 0);
			wait[1].fd = server;
		}
		if (wait[1].fd < 0 || poll(&wait[1], 1, 0) != 1)
			continue;
		wait[1].fd = -1;
		assert_int_equal(
			send(server, bytes.at, bytes.length, MSG_NOSIGNAL),
			bytes.length);
	}
	if (server >= 0)
		close(server);
}

static void assert_ok(const struct fr_sample *sample)
{
	assert_int_equal(sample->status, FR_OK);
	assert_int_equal(sample->http_status, 200);
	assert_int_equal(sample->body_bytes, 4);
	assert_true(sample->body_hash == XXH3_64bits("BODY", 4));
}

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
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_read_however_they_are_cut),
		cmocka_unit_test(an_interim_answer_is_not_the_answer),
		cmocka_unit_test(an_answer_that_breaks_off_is_a_failure),
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
		cmocka_unit_test(a_server_may_go_away_behind_every_answer),
		cmocka_unit_test(
			a_failed_item_is_tried_again_on_another_stream),
		cmocka_unit_test(only_what_was_sent_counts_as_an_attempt),
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
