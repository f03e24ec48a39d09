/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a link makes of the ideal, of the bounds and of the checks. */
#include "tests/unit/test_harness_account.h"

#include <errno.h>

#include "harness/client/retry.h"

/* The link of all trials here has a round trip of 20 ms. */
static const char *const plain = "rtt=20ms",
			 *const slow = "rtt=20ms,"
				       "rate=400kbit/s";

/*
 * The trial made up behind a link: delays of 20 ms, a handshake in the first
 * round, and 1 ms that each round loses. The ideal is a handshake and, twice, a
 * round trip and a delay: 100 ms.
 */
static void make_up_link(
	struct made_up *m, struct trial_link *link, const char *spec)
{
	struct link_error err = {""};

	make_up(m);
	*link = (struct trial_link){.link = NULL};
	assert_int_equal(link_spec_parse(&link->spec, spec, &err), 0);
	m->spec.link = link;
	m->result.link.way[LINK_UP].packets = 100;
	m->result.link.way[LINK_DOWN].packets = 300;
	for (size_t i = 0; i < N; i++) {
		uint64_t start = T0 + (i / 2) * 61 * MS;
		uint64_t arrival = start + (i < 2 ? 30 : 10) * MS;

		m->samples[i].start_ns = start;
		m->samples[i].connect_ns = i < 2 ? start + 20 * MS : 0;
		m->samples[i].end_ns = arrival + 31 * MS;
		m->rows[i].accepted_ns = T0 + 30 * MS;
		m->rows[i].first_in_ns = m->rows[i].arrival_ns = arrival;
		m->rows[i].delay_ns = 20 * MS;
		m->rows[i].sent_ns = m->rows[i].done_ns = arrival + 20 * MS;
	}
}

static void expect(struct made_up *m, const char *reason)
{
	judge(m);
	assert_int_equal(m->row.verdict, VERDICT_INVALID);
	assert_string_equal(m->row.reason, reason);
}

static void the_ideal_has_the_round_trips(void **state)
{
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up_link(&m, &link, plain);
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 100 * MS);
	assert_string_equal(m.row.bound_by, "latency");
	assert_int_equal(m.row.server_late_ns, 0);
	assert_int_equal(m.row.dispatch_ns, 0);
	assert_int_equal(m.row.link_packets, 400);
	/* Each item has a handshake of its own, on its own connection. */
	m.spec.http.fresh_connections = true;
	for (size_t i = 0; i < N; i++)
		m.rows[i].connection = (uint32_t)i;
	m.result.t1_ns = T0 + 122 * MS;
	m.result.exit_ns = T0 + 125 * MS;
	judge(&m);
	assert_int_equal(m.row.ideal_ns, 120 * MS);
	/* Without a link there is no figure of one. */
	make_up(&m);
	assert_valid(&m);
	assert_int_equal(m.row.link_packets, FR_UNKNOWN);
}

/* Four bodies of 1000 to 1003 bytes at 400 kbit/s take 82.3 ms with headers. */
static void a_rate_is_shared_by_all(void **state)
{
	const uint64_t shared_ns =
		(uint64_t)(4006.0 * 1500 / 1460 * 8e9 / 400e3);
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up_link(&m, &link, slow);
	/* All four at once: no more than one after another. */
	m.spec.concurrency = 4;
	m.result.t1_ns = T0 + 152 * MS;
	m.result.exit_ns = T0 + 155 * MS;
	m.result.link.way[LINK_DOWN].bytes = 7000; /* 140 ms */
	judge(&m);
	assert_int_equal(m.row.ideal_ns, 60 * MS + shared_ns);
	assert_string_equal(m.row.bound_by, "link");
	m.result.t1_ns = T0 + 130 * MS;
	expect(&m,
		"130.000 ms is impossible: the bytes on the link alone take "
		"142.315 ms");
}

static void what_comes_too_soon_was_sent_before_the_start(void **state)
{
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up_link(&m, &link, plain);
	m.rows[1].accepted_ns -= MS;
	expect(&m,
		"the connection of item 1 was made 1.000 ms before the clock "
		"started");
	/* Without a handshake, each round takes 40 ms. */
	make_up_link(&m, &link, plain);
	m.result.t1_ns = T0 + 99 * MS;
	for (size_t i = 0; i < N; i++)
		m.samples[i].end_ns -= i < 2 ? 1 : 5 * MS;
	expect(&m,
		"99.000 ms is impossible: the delays and round trips alone "
		"take 100.000 ms");
}

static void a_link_that_was_late_is_told(void **state)
{
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up_link(&m, &link, plain);
	m.result.link.way[LINK_UP].late = 1;
	m.result.link.way[LINK_DOWN].late = 3;
	m.result.link.way[LINK_UP].late_max_ns = 2 * MS;
	m.result.link.way[LINK_DOWN].late_max_ns = 3 * MS;
	assert_valid(&m); /* 1 % is not more than 1 % */
	m.result.link.way[LINK_DOWN].late = 4;
	expect(&m,
		"the link was late: 1.2 % of 400 packets, by up to 3.000 ms");
	m.result.link.way[LINK_UP].overrun = 2;
	expect(&m, "the relay of the link had no room for 2 packets");
	m.result.link_rc = -EPIPE;
	expect(&m, "the relay of the link ended");
	assert_int_equal(m.row.link_packets, FR_UNKNOWN);
}

/*
 * Item 0 was answered, but its connection ended by the timeout of item 2 before
 * the answer had come.
 */
static void an_answer_may_be_lost_with_its_connection(void **state)
{
	struct fr_retry retry = {.seed = 1};
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up_link(&m, &link, plain);
	assert_int_equal(
		retry_parse(&retry.spec, "1,backoff=1ns..2ns,on=reset+timeout",
			"", NULL),
		0);
	m.spec.retry = &retry;
	m.samples[0].retries = 1;
	m.samples[0].attempts = 2;
	m.samples[0].tried_ns = m.samples[0].due_ns = T0 + 51 * MS;
	m.samples[0].retry_wait_ns = 2;
	m.samples[0].connect_ns = 0;
	m.samples[0].end_ns = T0 + 92 * MS;
	m.rows[N] = m.rows[0];
	m.rows[N].attempt = 2;
	m.rows[N].connection = 99;
	m.rows[N].arrival_ns = m.rows[N].first_in_ns = T0 + 61 * MS;
	m.rows[N].sent_ns = m.rows[N].done_ns = T0 + 81 * MS;
	m.witness.count = N + 1;
	expect(&m,
		"item 0 was tried again after an answer with status 200, which "
		"is not among the failures to try again after");
	m.samples[2].status = FR_TIMEOUT;
	judge(&m);
	assert_null(strstr(m.row.reason, "item 0"));
	/* On loopback, an answer that was sent has come. */
	m.spec.link = NULL;
	expect(&m,
		"item 0 was tried again after an answer with status 200, which "
		"is not among the failures to try again after");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ideal_has_the_round_trips),
		cmocka_unit_test(a_rate_is_shared_by_all),
		cmocka_unit_test(what_comes_too_soon_was_sent_before_the_start),
		cmocka_unit_test(a_link_that_was_late_is_told),
		cmocka_unit_test(an_answer_may_be_lost_with_its_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
