/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a trial and the rows of its items, from both accounts. */
#include "test_harness_account.h"

#include <errno.h>
#include <math.h>

static void figures_follow_from_the_accounts(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[0].end_ns -= 2 * MS; /* latencies 50, 52, 52, 52 ms */
	m.rows[0].sent_ns = m.rows[0].done_ns = m.samples[0].end_ns;
	assert_valid(&m);
	assert_int_equal(m.row.setup_ns, 3 * MS);
	assert_int_equal(m.row.elapsed_ns, 104 * MS);
	assert_int_equal(m.row.teardown_ns, 2 * MS);
	assert_int_equal(m.row.ideal_ns, 100 * MS);
	assert_true(fabs(m.row.efficiency - 100.0 / 104.0) < 1e-9);
	assert_int_equal(m.row.ok, N);
	assert_int_equal(m.row.not_run, 0);
	assert_int_equal(m.row.body_bytes, 4006);
	assert_int_equal(m.row.peak_in_flight, 2);
	assert_true(fabs(m.row.mean_in_flight - 206.0 / 104.0) < 1e-9);
	assert_int_equal(m.row.connections_opened, 2);
	assert_int_equal(m.row.latency_p50_ns, 52 * MS);
	assert_int_equal(m.row.latency_max_ns, 52 * MS);
	assert_int_equal(m.row.first_result_ns, 50 * MS);
	assert_int_equal(m.row.half_results_ns, 52 * MS);
	assert_int_equal(m.row.cpu_user_ns, 4 * MS);
	assert_int_equal(m.row.cpu_ns, 10 * MS);
	assert_string_equal(m.row.cpu_by, "perf");
	assert_int_equal(m.row.total_ns, 112 * MS);
	assert_int_equal(m.row.peak_rss_bytes, 6);
	assert_int_equal(m.row.voluntary_switches, 7);
	assert_int_equal(m.row.involuntary_switches, 8);
	assert_int_equal(m.row.threads_created, 9);
	assert_int_equal(m.row.processes_created, 10);
	assert_int_equal(m.row.last_result_ns, 104 * MS);
	assert_string_equal(m.row.bound_by, "latency");
}

static void a_quantile_is_what_that_share_did_not_exceed(void **state)
{
	static const unsigned ms[N] = {40, 10, 30, 20};
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++) {
		m.samples[i].end_ns = m.samples[i].start_ns + ms[i] * MS;
		m.rows[i].delay_ns = MS;
		m.rows[i].sent_ns = m.rows[i].done_ns = m.samples[i].end_ns;
	}
	assert_valid(&m);
	assert_int_equal(m.row.latency_p50_ns, 20 * MS);
	assert_int_equal(m.row.latency_p90_ns, 40 * MS);
	assert_int_equal(m.row.latency_p99_ns, 40 * MS);
	assert_int_equal(m.row.latency_max_ns, 40 * MS);
	/* the items end 40, 10, 82 and 72 ms after t0 */
	assert_int_equal(m.row.first_result_ns, 10 * MS);
	assert_int_equal(m.row.half_results_ns, 40 * MS);
}

/* Item 1 was sent at 1 ms without success, and again 10 ms later. */
static void an_item_sent_again_is_in_flight_once(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[4] = m.rows[1];
	m.rows[4].arrival_ns += 10 * MS;
	m.rows[4].delay_ns = 42 * MS;
	m.rows[1].sent_ns = m.rows[1].bytes = UINT64_MAX;
	m.rows[1].gone_ns = m.rows[2].arrival_ns;
	m.samples[1].attempts = 2;
	m.witness.count = 5;
	assert_valid(&m);
	/* What sending it again costs is no part of the ideal. */
	assert_int_equal(m.row.ideal_ns, 100 * MS);
	assert_int_equal(m.row.peak_in_flight, 2);
}

/* The loops of a server write the rows of one item in any order. */
static void attempts_are_joined_in_the_order_of_arrival(void **state)
{
	struct witness_row held;
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[4] = m.rows[1];
	m.rows[4].arrival_ns += 10 * MS;
	m.rows[4].delay_ns = 42 * MS;
	m.rows[1].sent_ns = m.rows[1].bytes = UINT64_MAX;
	m.rows[1].gone_ns = m.rows[1].arrival_ns + 5 * MS;
	m.samples[1].attempts = 2;
	m.witness.count = 5;
	held = m.rows[1];
	m.rows[1] = m.rows[4];
	m.rows[4] = held;
	assert_valid(&m);
	/* What sending it again costs is no part of the ideal. */
	assert_int_equal(m.row.ideal_ns, 100 * MS);
}

static void connections_are_counted_however_they_are_numbered(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.rows[0].connection = UINT32_MAX;
	m.rows[1].connection = 5;
	m.rows[2].connection = 5;
	m.rows[3].connection = 0;
	assert_valid(&m);
	assert_int_equal(m.row.connections_opened, 3);
}

static void what_was_not_reached_stays_unknown(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	memset(m.samples, 0, sizeof(m.samples));
	m.witness.count = 0;
	m.result = (struct trial_result){
		.end = TRIAL_FAILED, .error = -EIO, .phase = TRIAL_SETUP};
	assert_int_equal(judge(&m), VERDICT_FAILED);
	assert_int_equal(m.row.setup_ns, FR_UNKNOWN);
	assert_int_equal(m.row.elapsed_ns, FR_UNKNOWN);
	assert_int_equal(m.row.teardown_ns, FR_UNKNOWN);
	assert_int_equal(m.row.latency_p50_ns, FR_UNKNOWN);
	assert_int_equal(m.row.first_result_ns, FR_UNKNOWN);
	assert_true(isnan(m.row.efficiency));
	assert_true(isnan(m.row.mean_in_flight));
	assert_int_equal(m.row.not_run, N);
	assert_string_equal(m.row.bound_by, "");
}

/* The request row of item i. */
static void request(struct made_up *m, size_t i, struct request_row *row)
{
	struct account account;

	m->result.samples = m->samples;
	m->witness.rows = m->rows;
	request_row_init(row);
	assert_int_equal(
		account_init(&account, &m->spec, &m->result, &m->witness), 0);
	judge_request(&account, i, row);
	account_release(&account);
}

static void a_request_row_joins_both_accounts(void **state)
{
	static const uint64_t due_ns[N] = {0, 7};
	struct request_row row;
	struct made_up m;

	(void)state;
	make_up(&m);
	stamp(&m);
	request(&m, 1, &row);
	assert_int_equal(row.item, 1);
	assert_string_equal(row.path, "/flags/cn/cn.gif");
	assert_int_equal(row.worker, 1);
	assert_int_equal(row.start_ns, 0);
	assert_int_equal(row.connect_ns, MS / 2);
	assert_int_equal(row.first_byte_ns, 51 * MS);
	assert_int_equal(row.end_ns, 52 * MS);
	assert_int_equal(row.status, FR_OK);
	assert_int_equal(row.http_status, 200);
	assert_int_equal(row.body_bytes, 1001);
	assert_int_equal(row.body_hash, 78);
	assert_int_equal(row.attempts, 1);
	assert_int_equal(row.witness_arrival_ns, MS);
	assert_int_equal(row.witness_delay_ns, 50 * MS);
	assert_int_equal(row.witness_sent_ns, 51 * MS);
	assert_int_equal(row.witness_in_flight, 2);
	assert_int_equal(row.witness_connection, 91);
	assert_int_equal(row.intended_ns, FR_UNKNOWN);
	m.spec.due_ns = due_ns;
	request(&m, 1, &row);
	assert_int_equal(row.intended_ns, 7);
	request(&m, 3, &row); /* on a connection that was there */
	assert_int_equal(row.connect_ns, FR_UNKNOWN);
}

static void a_request_row_leaves_empty_what_did_not_happen(void **state)
{
	struct request_row row;
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[3] = (struct fr_sample){0};
	m.witness.count = 3;
	request(&m, 3, &row);
	assert_int_equal(row.status, FR_NOT_RUN);
	assert_int_equal(row.worker, FR_UNKNOWN);
	assert_int_equal(row.start_ns, FR_UNKNOWN);
	assert_int_equal(row.end_ns, FR_UNKNOWN);
	assert_int_equal(row.http_status, FR_UNKNOWN);
	assert_int_equal(row.body_bytes, FR_UNKNOWN);
	assert_int_equal(row.witness_arrival_ns, FR_UNKNOWN);
	m.samples[2].status = FR_STATUS_COUNT; /* not a valid outcome */
	m.rows[2].sent_ns = UINT64_MAX;
	request(&m, 2, &row);
	assert_int_equal(row.status, FR_NOT_RUN);
	assert_int_equal(row.witness_sent_ns, FR_UNKNOWN);
	assert_int_equal(row.witness_arrival_ns, 53 * MS);
}

static bool is_settled(struct made_up *m)
{
	struct account account;
	bool settled;

	m->result.samples = m->samples;
	m->witness.rows = m->rows;
	assert_int_equal(
		account_init(&account, &m->spec, &m->result, &m->witness), 0);
	settled = account_is_settled(&account);
	account_release(&account);
	return settled;
}

/* The client has read an answer whose end the server has not recorded yet. */
static void an_answer_without_its_end_is_not_settled(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_true(is_settled(&m));
	m.rows[2].sent_ns = m.rows[2].done_ns = m.rows[2].bytes = UINT64_MAX;
	assert_false(is_settled(&m));
	m.rows[2].gone_ns = END; /* the answer was broken off */
	assert_true(is_settled(&m));
	m.rows[2].gone_ns = UINT64_MAX;
	m.samples[2].status = FR_TIMEOUT; /* the client did not read it */
	assert_true(is_settled(&m));
	/* A program does not record what it has read. */
	m.strategy.flags = FR_WITNESS_SAMPLES;
	m.samples[2].status = FR_NOT_RUN;
	assert_false(is_settled(&m));
	m.rows[2].delay_ns = 100 * MS; /* it was not due before the end */
	assert_true(is_settled(&m));
}

static uint64_t stragglers(struct made_up *m)
{
	struct account account;
	uint64_t count;

	m->result.samples = m->samples;
	m->witness.rows = m->rows;
	assert_int_equal(
		account_init(&account, &m->spec, &m->result, &m->witness), 0);
	count = account_stragglers(&account);
	account_release(&account);
	return count;
}

static void what_was_sent_and_not_seen_may_still_come(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_int_equal(stragglers(&m), 0);
	m.samples[1].attempts = 3; /* seen once */
	m.witness.count = 3;       /* and item 3 never */
	assert_int_equal(stragglers(&m), 3);
	/* Earlier trials have stragglers, too, one of which has arrived. */
	m.spec.stragglers = 5;
	m.rows[2].trial = WITNESS_EARLIER;
	assert_int_equal(stragglers(&m), 3 + 1 + 5 - 1);
	m.rows[2].trial = WITNESS_OURS;
	/* After a trial that was killed, each item counts once. */
	m.result.end = TRIAL_TIMEOUT;
	assert_int_equal(stragglers(&m), 5 + N);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_follow_from_the_accounts),
		cmocka_unit_test(a_quantile_is_what_that_share_did_not_exceed),
		cmocka_unit_test(an_item_sent_again_is_in_flight_once),
		cmocka_unit_test(attempts_are_joined_in_the_order_of_arrival),
		cmocka_unit_test(
			connections_are_counted_however_they_are_numbered),
		cmocka_unit_test(an_answer_without_its_end_is_not_settled),
		cmocka_unit_test(what_was_sent_and_not_seen_may_still_come),
		cmocka_unit_test(what_was_not_reached_stays_unknown),
		cmocka_unit_test(a_request_row_joins_both_accounts),
		cmocka_unit_test(
			a_request_row_leaves_empty_what_did_not_happen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
