/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wires without a socket: work on items, and items that are tried again. */
#include "test_harness_wire.h"

#include <errno.h>

#include "harness/client/retry.h"
#include "harness/client/work.h"

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
		cmocka_unit_test(work_is_told_to_a_strategy_that_does_it_apart),
		cmocka_unit_test(work_in_line_is_done_when_an_answer_ends),
		cmocka_unit_test(a_failed_item_is_tried_again_under_its_number),
		cmocka_unit_test(the_last_failure_is_the_outcome),
		cmocka_unit_test(an_item_that_waits_leaves_its_place),
		cmocka_unit_test(the_oldest_try_is_overdue_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
