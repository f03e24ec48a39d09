/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wires without a socket: what is sent, on which connection, and when. */
#include "test_harness_wire.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_names_its_item),
		cmocka_unit_test(requests_are_composed_one_behind_the_other),
		cmocka_unit_test(wires_share_the_concurrency),
		cmocka_unit_test(a_connection_is_stamped_on_what_waited_for_it),
		cmocka_unit_test(a_connection_ends_when_the_server_says_so),
		cmocka_unit_test(fresh_connections_serve_one_item_each),
		cmocka_unit_test(a_refused_connection_fails_one_item),
		cmocka_unit_test(
			a_connection_that_answers_nothing_fails_its_item),
		cmocka_unit_test(
			an_item_that_met_a_dead_connection_is_sent_once_more),
		cmocka_unit_test(what_is_overdue_is_given_up_and_no_more),
		cmocka_unit_test(a_server_that_never_pauses_is_left_in_time),
		cmocka_unit_test(an_item_is_not_begun_before_its_time),
		cmocka_unit_test(
			only_one_server_in_plain_numbers_is_understood),
		cmocka_unit_test(each_kind_of_address_is_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
