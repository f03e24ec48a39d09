/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wires without a socket: the test is the server. */
#include "test_harness.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

#include "harness/base/clock.h"
#include "harness/base/xxh3.h"
#include "harness/client/retry.h"
#include "harness/client/wire.h"
#include "harness/client/work.h"

enum { N = 8 };

#define ORIGIN "http://127.0.0.1:8001"
#define REQUEST_AGAIN(path, item, attempt)                  \
	"GET " path " HTTP/1.1\r\nHost: 127.0.0.1:8001\r\n" \
	"X-Flagrace-Item: t1/" item "/" attempt "\r\n\r\n"
#define REQUEST(path, item) REQUEST_AGAIN(path, item, "1")

struct bench {
	struct fr_http http;
	struct fr_sample samples[N];
	const char *urls[N];
	struct fr_job job;
	struct fr_wires *wires;
	struct fr_wire *wire; /* the first one */
};

static void bench_open(
	struct bench *bench, size_t n, unsigned concurrency, unsigned count)
{
	*bench = (struct bench){.http.timeout_ms = 60000};
	for (size_t i = 0; i < N; i++)
		bench->urls[i] = i % 2 ? ORIGIN "/odd" : ORIGIN "/even.gif";
	bench->job = (struct fr_job){
		.n = n,
		.concurrency = concurrency,
		.urls = bench->urls,
		.trial = "t1",
		.http = &bench->http,
		.samples = bench->samples,
	};
	assert_int_equal(fr_wires_open(&bench->wires, &bench->job, count), 0);
	bench->wire = fr_wires_at(bench->wires, 0);
}

static void bench_close(struct bench *bench)
{
	fr_wires_close(bench->wires);
}

static void send_all(struct fr_wire *wire)
{
	size_t length;

	assert_true(fr_wire_fill(wire));
	fr_wire_request(wire, &length);
	assert_true(length > 0);
	fr_wire_sent(wire, length);
}

/* The wire has something to send on a new connection: make it, and send. */
static void connect_and_send(struct fr_wire *wire)
{
	assert_true(fr_wire_fill(wire));
	fr_wire_connected(wire);
	send_all(wire);
}

static bool receive(struct fr_wire *wire, const char *text)
{
	return fr_wire_received(wire, text, strlen(text));
}

#define HEAD(status, length) \
	"HTTP/1.1 " status " words\r\nContent-Length: " length "\r\n\r\n"
#define ANSWER HEAD("200", "4") "BODY"

static void assert_ok(const struct fr_sample *sample, const char *body)
{
	assert_int_equal(sample->status, FR_OK);
	assert_int_equal(sample->http_status, 200);
	assert_int_equal(sample->error, 0);
	assert_int_equal(sample->body_bytes, strlen(body));
	assert_true(sample->body_hash == XXH3_64bits(body, strlen(body)));
	assert_true(sample->start_ns > 0);
	assert_true(sample->first_byte_ns >= sample->start_ns);
	assert_true(sample->end_ns >= sample->first_byte_ns);
}

static void assert_failed(const struct fr_sample *sample, int error)
{
	assert_int_equal(sample->status,
		error == CURLE_OPERATION_TIMEDOUT ? FR_TIMEOUT : FR_NET_ERROR);
	assert_int_equal(sample->error, error);
	assert_true(sample->end_ns >= sample->start_ns);
}

static void a_request_names_its_item(void **state)
{
	static const char want[] = REQUEST("/even.gif", "0");
	struct bench bench;
	const char *bytes;
	size_t length;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	fr_wire_request(bench.wire, &length);
	assert_int_equal(length, 0);
	assert_true(fr_wire_fill(bench.wire));
	bytes = fr_wire_request(bench.wire, &length);
	assert_int_equal(length, strlen(want));
	assert_memory_equal(bytes, want, length);
	fr_wire_sent(bench.wire, 10);
	bytes = fr_wire_request(bench.wire, &length);
	assert_int_equal(length, strlen(want) - 10);
	assert_memory_equal(bytes, want + 10, length);
	/* Taken, and in hand, but not yet run. */
	assert_true(bench.samples[0].start_ns > 0);
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	assert_true(fr_wires_busy(bench.wires));
	bench_close(&bench);
}

static void requests_are_composed_one_behind_the_other(void **state)
{
	static const char want[] = REQUEST("/even.gif", "0")
		REQUEST("/odd", "1") REQUEST("/even.gif", "2");
	struct bench bench;
	const char *bytes;
	size_t length;

	(void)state;
	bench_open(&bench, 5, 3, 1);
	assert_true(fr_wire_fill(bench.wire));
	bytes = fr_wire_request(bench.wire, &length);
	assert_int_equal(length, strlen(want));
	assert_memory_equal(bytes, want, length);
	/* There is room for one more when one is answered, not before. */
	fr_wire_connected(bench.wire);
	fr_wire_sent(bench.wire, length);
	assert_true(fr_wire_fill(bench.wire));
	fr_wire_request(bench.wire, &length);
	assert_int_equal(length, 0);
	assert_true(receive(bench.wire, ANSWER));
	assert_true(fr_wire_fill(bench.wire));
	bytes = fr_wire_request(bench.wire, &length);
	assert_int_equal(length, strlen(REQUEST("/odd", "3")));
	assert_memory_equal(bytes, REQUEST("/odd", "3"), length);
	bench_close(&bench);
}

static void wires_share_the_concurrency(void **state)
{
	static const unsigned want[] = {3, 2, 2};
	struct bench bench;

	(void)state;
	bench_open(&bench, N, 7, 3);
	for (unsigned i = 0, worker = 0; i < 3; i++) {
		struct fr_wire *wire = fr_wires_at(bench.wires, i);

		assert_int_equal(fr_wire_index(wire), i);
		connect_and_send(wire);
		for (unsigned k = 0; k < want[i]; k++, worker++)
			assert_int_equal(bench.samples[worker].worker, worker);
	}
	assert_int_equal(bench.samples[7].start_ns, 0);
	bench_close(&bench);
}

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

static void a_connection_is_stamped_on_what_waited_for_it(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	send_all(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_true(bench.samples[0].connect_ns >= bench.samples[0].start_ns);
	assert_int_equal(bench.samples[1].connect_ns, 0);
	bench_close(&bench);
}

static void a_connection_ends_when_the_server_says_so(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3, 2, 1);
	connect_and_send(bench.wire);
	assert_false(receive(bench.wire,
		"HTTP/1.1 200 OK\r\nConnection: close\r\n"
		"Content-Length: 4\r\n\r\nBODY"));
	assert_ok(&bench.samples[0], "BODY");
	assert_int_equal(bench.samples[0].attempts, 1);
	/* What was sent behind it has to be sent again. */
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER ANSWER));
	assert_ok(&bench.samples[1], "BODY");
	assert_int_equal(bench.samples[1].attempts, 2);
	assert_ok(&bench.samples[2], "BODY");
	assert_int_equal(bench.samples[2].attempts, 1);
	bench_close(&bench);
}

static void fresh_connections_serve_one_item_each(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	bench.http.fresh_connections = true;
	for (int i = 0; i < 2; i++) {
		connect_and_send(bench.wire);
		assert_false(receive(bench.wire, ANSWER));
		assert_ok(&bench.samples[i], "BODY");
		assert_true(bench.samples[i].connect_ns > 0);
	}
	bench_close(&bench);
}

static void a_refused_connection_fails_one_item(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 3, 2, 1);
	assert_true(fr_wire_fill(bench.wire));
	fr_wire_lost(bench.wire, -ECONNREFUSED);
	fr_wire_lost(bench.wire, -ECONNREFUSED); /* told once is enough */
	assert_failed(&bench.samples[0], -ECONNREFUSED);
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER ANSWER));
	/* It never got as far as being sent twice. */
	assert_int_equal(bench.samples[1].attempts, 1);
	assert_ok(&bench.samples[2], "BODY");
	bench_close(&bench);
}

static void a_connection_that_answers_nothing_fails_its_item(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 1, 1, 1);
	connect_and_send(bench.wire);
	fr_wire_lost(bench.wire, 0);
	assert_failed(&bench.samples[0], CURLE_GOT_NOTHING);
	assert_int_equal(bench.samples[0].http_status, 0);
	assert_int_equal(bench.samples[0].first_byte_ns, 0);
	assert_false(fr_wires_busy(bench.wires));
	bench_close(&bench);
}

static void an_item_that_met_a_dead_connection_is_sent_once_more(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	send_all(bench.wire);
	fr_wire_lost(bench.wire, -ECONNRESET);
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	connect_and_send(bench.wire);
	fr_wire_lost(bench.wire, -ECONNRESET);
	assert_failed(&bench.samples[1], -ECONNRESET);
	assert_int_equal(bench.samples[1].attempts, 2);
	bench_close(&bench);
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

static bool is_later(struct timespec due)
{
	return due.tv_sec > 0 || due.tv_nsec > 0;
}

static void what_is_overdue_is_given_up_and_no_more(void **state)
{
	struct bench bench;

	(void)state;
	bench_open(&bench, 4, 4, 2);
	connect_and_send(fr_wires_at(bench.wires, 0));
	connect_and_send(fr_wires_at(bench.wires, 1));
	assert_true(is_later(fr_wires_due_in(bench.wires)));
	assert_null(fr_wires_overdue(bench.wires));
	/* Items 0 and 1 are the first wire's; 0 began long ago. */
	wire_place(bench.wire, 0)->tried_ns = 1;
	assert_false(is_later(fr_wires_due_in(bench.wires)));
	assert_ptr_equal(fr_wires_overdue(bench.wires), bench.wire);
	assert_failed(&bench.samples[0], CURLE_OPERATION_TIMEDOUT);
	assert_int_equal(bench.samples[1].status, FR_NOT_RUN);
	assert_null(fr_wires_overdue(bench.wires));
	/* Its connection is over, and item 1 goes out on the next. */
	assert_false(receive(bench.wire, ANSWER));
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[1], "BODY");
	assert_int_equal(bench.samples[1].attempts, 2);
	bench_close(&bench);
}

static void a_server_that_never_pauses_is_left_in_time(void **state)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n"
				   "Content-Length: 1000000000000\r\n\r\n";
	static const char body[1 << 14];
	struct bench bench;
	int pair[2], unread = 0;
	char buffer[1];

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	bench_open(&bench, 1, 1, 1);
	bench.http.timeout_ms = 1;
	connect_and_send(bench.wire);
	bench.wire->fd = pair[0];
	assert_true(send(pair[1], head, strlen(head), 0) > 0);
	while (send(pair[1], body, sizeof(body), 0) > 0)
		;
	/* Byte by byte, more of them than go into a millisecond. */
	assert_true(fr_wire_serve(bench.wire, buffer, sizeof(buffer), false));
	assert_int_equal(ioctl(pair[0], FIONREAD, &unread), 0);
	assert_true(unread > 0);
	assert_ptr_equal(fr_wires_overdue(bench.wires), bench.wire);
	assert_failed(&bench.samples[0], CURLE_OPERATION_TIMEDOUT);
	bench_close(&bench);
	close(pair[1]);
}

static void an_item_is_not_begun_before_its_time(void **state)
{
	static const uint64_t due_ns[] = {0, 0, 3600 * UINT64_C(1000000000)};
	struct bench bench;
	uint64_t t0_ns = clock_ns();

	(void)state;
	bench_open(&bench, 3, 2, 2);
	bench.job.due_ns = due_ns;
	bench.job.t0_ns = &t0_ns;
	connect_and_send(bench.wire);
	connect_and_send(fr_wires_at(bench.wires, 1));
	assert_true(receive(bench.wire, ANSWER));
	assert_false(fr_wire_fill(bench.wire));
	assert_null(fr_wires_ready(bench.wires));
	/* An hour later it goes out on the wire that has waited. */
	t0_ns -= due_ns[2];
	assert_false(is_later(fr_wires_due_in(bench.wires)));
	assert_ptr_equal(fr_wires_ready(bench.wires), bench.wire);
	send_all(bench.wire);
	assert_null(fr_wires_ready(bench.wires));
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[2], "BODY");
	bench_close(&bench);
}

static void only_one_server_in_plain_numbers_is_understood(void **state)
{
	static const char *const bad[] = {
		"http://127.0.0.1:8002/other",
		"http://127.0.0.1:80011/longer",
		"https://127.0.0.1:8001/",
		"http://localhost:8001/",
		"http://127.0.0.1/",
		"http://127.0.0.1:8001",
		"http://127.0.0.1:99999/",
		"http://127.0.0.1:0/",
		"http://127.0.0.1:/",
		"http://[::1:8001/",
		"http://[127.0.0.1]:8001/",
		"http://::1:8001/",
		"http://user@127.0.0.1:8001/",
		"http://1.2.3:8001/",
		"",
	};
	struct fr_http http = {.timeout_ms = 1000};
	struct fr_wires *wires;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *urls[] = {bad[i], ORIGIN "/x"};
		struct fr_job job = {.n = 2,
			.concurrency = 1,
			.urls = urls,
			.trial = "t",
			.http = &http};

		assert_int_equal(fr_wires_open(&wires, &job, 1), -EINVAL);
		assert_null(wires);
	}
	fr_wires_close(NULL);
}

static void each_kind_of_address_is_understood(void **state)
{
	static const struct {
		const char *url, *host;
		int family;
	} cases[] = {
		{"http://127.0.0.1/x", "127.0.0.1", AF_INET},
		{"http://127.0.0.1:80/x", "127.0.0.1", AF_INET},
		{"http://[::1]/x", "[::1]", AF_INET6},
		{"http://[::1]:8001/x", "[::1]:8001", AF_INET6},
		{"http://[FE80::1:2]:080/x", "[FE80::1:2]", AF_INET6},
		{"http://[::ffff:127.0.0.1]:8001/x", "[::ffff:127.0.0.1]:8001",
			AF_INET6},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bench bench = {.http.timeout_ms = 60000};
		const char *request;
		char want[128];
		socklen_t size;
		size_t length;

		bench.job = (struct fr_job){.n = 1,
			.concurrency = 1,
			.urls = &cases[i].url,
			.trial = "t1",
			.http = &bench.http,
			.samples = bench.samples};
		assert_int_equal(fr_wires_open(&bench.wires, &bench.job, 1), 0);
		assert_int_equal(
			fr_wires_address(bench.wires, &size)->sa_family,
			cases[i].family);
		assert_true(fr_wire_fill(fr_wires_at(bench.wires, 0)));
		request = fr_wire_request(fr_wires_at(bench.wires, 0), &length);
		(void)snprintf(want, sizeof(want),
			"GET /x HTTP/1.1\r\nHost: %s\r\n", cases[i].host);
		assert_memory_equal(request, want, strlen(want));
		bench_close(&bench);
	}
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

/* Opens the wires of bench again, for a job with work and these flags. */
static void open_with_work(
	struct bench *bench, const struct fr_strategy *strategy)
{
	static const struct fr_work work = {.folder = -1};

	fr_wires_close(bench->wires);
	bench->job.strategy = strategy;
	bench->job.work = &work;
	assert_int_equal(fr_wires_open(&bench->wires, &bench->job, 1), 0);
	bench->wire = fr_wires_at(bench->wires, 0);
}

static void work_is_told_to_a_strategy_that_does_it_apart(void **state)
{
	static const struct fr_strategy apart = {.flags = FR_WORK_APART};
	struct bench bench;
	size_t item;

	(void)state;
	bench_open(&bench, 4, 4, 1);
	open_with_work(&bench, &apart);
	connect_and_send(bench.wire);
	assert_false(fr_wires_answered(bench.wires, &item));
	assert_true(receive(bench.wire, ANSWER HEAD("404", "0") ANSWER));
	assert_true(fr_wires_answered(bench.wires, &item));
	assert_int_equal(item, 0);
	/* The missing flag is not told. */
	assert_true(fr_wires_answered(bench.wires, &item));
	assert_int_equal(item, 2);
	assert_false(fr_wires_answered(bench.wires, &item));
	assert_true(receive(bench.wire, ANSWER));
	assert_true(fr_wires_answered(bench.wires, &item));
	assert_int_equal(item, 3);
	assert_int_equal(bench.samples[3].work_end_ns, 0);
	assert_true(bench.samples[3].answered_ns > 0);
	bench_close(&bench);
}

static void work_in_line_is_done_when_an_answer_ends(void **state)
{
	static const struct fr_strategy in_line = {.flags = 0};
	struct bench bench;
	size_t item;

	(void)state;
	bench_open(&bench, 1, 1, 1);
	open_with_work(&bench, &in_line);
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_false(fr_wires_answered(bench.wires, &item));
	assert_true(bench.samples[0].work_end_ns > 0);
	bench_close(&bench);
}

#define LATER HEAD("503", "0")

static void open_with_retries(struct bench *bench, unsigned count,
	struct fr_retry *retry, const char *spec)
{
	struct fr_error err;

	if (retry_parse(&retry->spec, spec, "retry", &err) < 0)
		fail_msg("%s", err.text);
	bench->job.retry = retry;
	fr_wires_close(bench->wires);
	assert_int_equal(fr_wires_open(&bench->wires, &bench->job, count), 0);
	bench->wire = fr_wires_at(bench->wires, 0);
}

static void a_failed_item_is_tried_again_under_its_number(void **state)
{
	static const char want[] = REQUEST_AGAIN("/even.gif", "0", "3");
	struct fr_retry retry = {.seed = 1};
	struct bench bench;
	const char *bytes;
	size_t length;

	(void)state;
	bench_open(&bench, 1, 1, 1);
	open_with_retries(&bench, 1, &retry, "2,backoff=0s..0s,on=503+reset");
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, LATER));
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	assert_true(fr_wires_busy(bench.wires));
	send_all(bench.wire);
	fr_wire_lost(bench.wire, 0); /* is sent again, as the same try */
	connect_and_send(bench.wire);
	fr_wire_lost(bench.wire, -ECONNRESET);
	assert_int_equal(bench.samples[0].status, FR_NOT_RUN);
	assert_true(fr_wire_fill(bench.wire));
	fr_wire_connected(bench.wire);
	bytes = fr_wire_request(bench.wire, &length);
	assert_int_equal(length, strlen(want));
	assert_memory_equal(bytes, want, length);
	fr_wire_sent(bench.wire, length);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[0], "BODY");
	assert_int_equal(bench.samples[0].attempts, 4);
	assert_int_equal(bench.samples[0].retries, 2);
	assert_true(bench.samples[0].tried_ns >= bench.samples[0].due_ns);
	assert_true(bench.samples[0].due_ns > bench.samples[0].start_ns);
	assert_false(fr_wires_busy(bench.wires));
	bench_close(&bench);
}

static void the_last_failure_is_the_outcome(void **state)
{
	struct fr_retry retry = {.seed = 1};
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	open_with_retries(&bench, 1, &retry, "1,backoff=0s..0s,on=503");
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, LATER));
	send_all(bench.wire);
	assert_true(receive(bench.wire, LATER));
	assert_int_equal(bench.samples[0].status, FR_HTTP_ERROR);
	assert_int_equal(bench.samples[0].http_status, 503);
	assert_int_equal(bench.samples[0].retries, 1);
	/* A status that is not in the list. */
	send_all(bench.wire);
	assert_true(receive(bench.wire, HEAD("500", "0")));
	assert_int_equal(bench.samples[1].status, FR_HTTP_ERROR);
	assert_int_equal(bench.samples[1].retries, 0);
	assert_int_equal(bench.samples[1].retry_wait_ns, 0);
	assert_false(fr_wires_busy(bench.wires));
	bench_close(&bench);
}

/* Retry-After is an hour, which nobody sits through. */
static void an_item_that_waits_leaves_its_place(void **state)
{
	static const char after[] =
		"HTTP/1.1 503 words\r\nRetry-After: 3600\r\n"
		"Content-Length: 0\r\n\r\n";
	struct fr_retry retry = {.seed = 1};
	struct bench bench;

	(void)state;
	bench_open(&bench, 2, 1, 1);
	open_with_retries(&bench, 1, &retry, "1,backoff=0s..0s,after=3600s");
	bench.http.timeout_ms = 7200000;
	connect_and_send(bench.wire);
	assert_true(receive(bench.wire, after));
	send_all(bench.wire);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[1], "BODY");
	assert_true(fr_wires_busy(bench.wires));
	assert_false(fr_wire_fill(bench.wire));
	assert_null(fr_wires_ready(bench.wires));
	assert_in_range(fr_wires_due_in(bench.wires).tv_sec, 3500, 3600);
	bench_close(&bench);
}

/* The first item is tried again behind the second, whose time is over first. */
static void the_oldest_try_is_overdue_first(void **state)
{
	struct fr_retry retry = {.seed = 1};
	struct bench bench;
	struct fr_wire *second;

	(void)state;
	bench_open(&bench, 2, 2, 2);
	open_with_retries(&bench, 2, &retry, "1,backoff=0s..0s,on=503");
	second = fr_wires_at(bench.wires, 1);
	connect_and_send(bench.wire);
	connect_and_send(second);
	assert_true(receive(bench.wire, LATER));
	send_all(bench.wire);
	wire_place(second, 0)->tried_ns = 1;
	assert_false(is_later(fr_wires_due_in(bench.wires)));
	assert_ptr_equal(fr_wires_overdue(bench.wires), second);
	assert_null(fr_wires_overdue(bench.wires));
	assert_failed(&bench.samples[1], CURLE_OPERATION_TIMEDOUT);
	assert_true(receive(bench.wire, ANSWER));
	assert_ok(&bench.samples[0], "BODY");
	bench_close(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_names_its_item),
		cmocka_unit_test(requests_are_composed_one_behind_the_other),
		cmocka_unit_test(wires_share_the_concurrency),
		cmocka_unit_test(answers_are_read_however_they_are_cut),
		cmocka_unit_test(a_connection_is_stamped_on_what_waited_for_it),
		cmocka_unit_test(a_connection_ends_when_the_server_says_so),
		cmocka_unit_test(fresh_connections_serve_one_item_each),
		cmocka_unit_test(a_refused_connection_fails_one_item),
		cmocka_unit_test(
			a_connection_that_answers_nothing_fails_its_item),
		cmocka_unit_test(
			an_item_that_met_a_dead_connection_is_sent_once_more),
		cmocka_unit_test(an_answer_that_breaks_off_is_a_failure),
		cmocka_unit_test(a_garbled_answer_fails_its_item_alone),
		cmocka_unit_test(chunks_are_read_and_the_connection_goes_on),
		cmocka_unit_test(
			a_body_without_length_ends_with_its_connection),
		cmocka_unit_test(a_head_without_end_is_too_large),
		cmocka_unit_test(
			bytes_that_nobody_asked_for_end_the_connection),
		cmocka_unit_test(answers_ahead_of_their_requests_are_survived),
		cmocka_unit_test(what_is_overdue_is_given_up_and_no_more),
		cmocka_unit_test(a_server_that_never_pauses_is_left_in_time),
		cmocka_unit_test(an_item_is_not_begun_before_its_time),
		cmocka_unit_test(
			only_one_server_in_plain_numbers_is_understood),
		cmocka_unit_test(each_kind_of_address_is_understood),
		cmocka_unit_test(an_observer_sees_the_body_however_it_is_cut),
		cmocka_unit_test(work_is_told_to_a_strategy_that_does_it_apart),
		cmocka_unit_test(work_in_line_is_done_when_an_answer_ends),
		cmocka_unit_test(a_failed_item_is_tried_again_under_its_number),
		cmocka_unit_test(the_last_failure_is_the_outcome),
		cmocka_unit_test(an_item_that_waits_leaves_its_place),
		cmocka_unit_test(the_oldest_try_is_overdue_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
