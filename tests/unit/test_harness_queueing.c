/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits for a worker, and the two accounts of what was in flight. */
#include "test_harness_account.h"

#include <math.h>

/* Two at once, two 40 ms later; the workers are free after 52. */
static const uint64_t pairs_ns[N] = {0, 0, 40 * MS, 40 * MS};

static void a_latency_counts_from_the_intended_start(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_valid(&m);
	assert_int_equal(m.row.latency_max_ns, 52 * MS);
	m.spec.due_ns = pairs_ns;
	assert_valid(&m);
	assert_int_equal(m.row.latency_max_ns, 64 * MS);
	assert_int_equal(m.row.latency_p50_ns, 58 * MS);
	assert_int_equal(m.row.queue_p50_ns, 6 * MS);
	assert_int_equal(m.row.queue_p99_ns, 12 * MS);
	/* In flight are only those that were begun. */
	assert_true(fabs(m.row.mean_in_flight - 2) < 1e-9);
	assert_int_equal(m.row.ideal_ns, 100 * MS);
}

static void a_closed_loop_has_no_waits_and_no_rates(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_valid(&m);
	assert_true(m.row.queue_p50_ns == FR_UNKNOWN);
	assert_true(isnan(m.row.offered_rate));
	assert_true(isnan(m.row.achieved_rate));
	assert_string_equal(m.row.rate_held, "");
}

static void a_backlog_at_the_end_is_a_rate_not_held(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.due_ns = pairs_ns;
	assert_valid(&m);
	assert_true(fabs(m.row.offered_rate - 75) < 1e-9);
	assert_true(fabs(m.row.achieved_rate - 3 / 0.052) < 1e-9);
	assert_string_equal(m.row.rate_held, "no");
}

static void a_wait_that_ends_before_the_last_items_is_held(void **state)
{
	static const uint64_t due_ns[N] = {0, 0, 30 * MS, 52 * MS};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.due_ns = due_ns;
	assert_valid(&m);
	assert_string_equal(m.row.rate_held, "yes");
	assert_int_equal(m.row.latency_max_ns, 74 * MS);
}

static void an_item_begun_before_its_time_is_invalid(void **state)
{
	static const uint64_t due_ns[N] = {0, 0, 52 * MS, 53 * MS};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.due_ns = due_ns;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_string_equal(
		m.row.reason, "item 3 was begun 1.000 ms before its time");
}

static void both_accounts_give_the_mean_in_flight(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_valid(&m);
	assert_true(fabs(m.row.mean_in_flight - 4 * 52 / 104.) < 1e-9);
	assert_true(fabs(m.row.witness_mean_in_flight - 4 * 50 / 104.) < 1e-9);
	/* 2 of 52 ms outside the server are more than 2 %. */
	assert_int_equal(m.row.outside_ns, 2 * MS);
	assert_string_equal(m.row.little, "gap");
	for (size_t i = 0; i < N; i++) {
		m.rows[i].arrival_ns -= 9 * MS / 10;
		m.rows[i].sent_ns += 9 * MS / 10;
	}
	assert_valid(&m);
	assert_int_equal(m.row.outside_ns, 2 * MS / 10);
	assert_string_equal(m.row.little, "agree");
}

static void more_in_flight_than_workers_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[2].start_ns = m.samples[0].start_ns;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "2.500 requests in flight in the mean");
}

static void what_sets_the_pace_is_named(void **state)
{
	/* Behind the last item of a job there is nothing to heed. */
	static const uint64_t late_ns[N + 2] = {0, 0, MS, 52 * MS};
	static const uint64_t soon_ns[N + 2] = {0, 0, 0, MS, 52 * MS, 52 * MS};
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "latency");
	for (size_t i = 0; i < N; i++) {
		m.rows[i].delay_ns = 10 * MS;
		m.rows[i].queue_ns = 40 * MS;
	}
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "capacity");
	m.result.cpu_user_ns = 1000 * MS;
	for (size_t i = 0; i < N; i++)
		m.rows[i].queue_ns = 0;
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "client-cpu");
	/* With the last item due at 52 of 56 ms nothing else could matter. */
	m.spec.due_ns = late_ns;
	for (size_t i = 0; i < N; i++)
		m.samples[i].end_ns = m.samples[i].start_ns + 4 * MS;
	for (size_t i = 0; i < N; i++) {
		m.rows[i].delay_ns = MS;
		m.rows[i].sent_ns = m.samples[i].end_ns - MS;
	}
	m.result.t1_ns = T0 + 56 * MS;
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "arrivals");
	m.spec.due_ns = soon_ns;
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "client-cpu");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_latency_counts_from_the_intended_start),
		cmocka_unit_test(a_closed_loop_has_no_waits_and_no_rates),
		cmocka_unit_test(a_backlog_at_the_end_is_a_rate_not_held),
		cmocka_unit_test(
			a_wait_that_ends_before_the_last_items_is_held),
		cmocka_unit_test(an_item_begun_before_its_time_is_invalid),
		cmocka_unit_test(both_accounts_give_the_mean_in_flight),
		cmocka_unit_test(more_in_flight_than_workers_is_invalid),
		cmocka_unit_test(what_sets_the_pace_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
