/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Waits for a worker, and the mean in flight by the two accounts. */
#include "test_harness_account.h"

#include <math.h>

#include "harness/account/figures.h"

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
	assert_int_equal(m.row.latency_p50_ns, 52 * MS);
	assert_int_equal(m.row.queue_p50_ns, 0);
	assert_int_equal(m.row.queue_p99_ns, 12 * MS);
	/* Only items that were started are in flight. */
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

/* An open loop of twenty items, one every step, and the wait of each. */
struct loop {
	uint64_t first_ns, step_ns;
	uint64_t wait_ns[20];
	uint64_t took_ns[20]; /* from the start; 0: no answer */
	size_t missing;       /* an item that was never started; 20: none */
};

static struct trial_row row_of(const struct loop *loop)
{
	enum { ITEMS = 20 };
	const struct fr_strategy strategy = {.name = "made-up"};
	uint32_t last[ITEMS] = {0};
	struct fr_sample samples[ITEMS] = {0};
	uint64_t due_ns[ITEMS];
	const struct trial_spec spec = {
		.strategy = &strategy, .n = ITEMS, .due_ns = due_ns};
	const struct trial_result result = {.samples = samples, .t0_ns = T0};
	const struct account account = {
		.spec = &spec, .result = &result, .last = last};
	struct trial_row row;

	for (size_t i = 0; i < ITEMS; i++) {
		due_ns[i] = loop->first_ns + i * loop->step_ns;
		if (i != loop->missing)
			samples[i].start_ns = T0 + due_ns[i] + loop->wait_ns[i];
		samples[i].end_ns = samples[i].start_ns + loop->took_ns[i];
		samples[i].status = loop->took_ns[i] ? FR_OK : FR_TIMEOUT;
	}
	trial_row_init(&row);
	assert_int_equal(queueing_fill(&account, &row), 0);
	return row;
}

static void a_backlog_is_what_all_of_the_last_tenth_wait(void **state)
{
	struct loop loop = {.step_ns = MS, .missing = 20};

	(void)state;
	loop.wait_ns[19] = 100 * MS;
	assert_string_equal(row_of(&loop).rate_held, "yes");
	loop.wait_ns[18] = 11 * MS;
	assert_string_equal(row_of(&loop).rate_held, "no");
	loop.wait_ns[18] = 10 * MS; /* tolerated in any loop */
	assert_string_equal(row_of(&loop).rate_held, "yes");
	/* or 1 % of the schedule's length */
	loop.wait_ns[18] = 100 * MS;
	loop.step_ns = 1000 * MS;
	assert_string_equal(row_of(&loop).rate_held, "yes");
}

static void a_queue_grows_if_all_of_the_last_tenth_take_longer(void **state)
{
	struct loop loop = {.step_ns = MS, .missing = 20};

	(void)state;
	assert_true(row_of(&loop).latency_growth_ns == FR_UNKNOWN);
	for (size_t i = 0; i < 20; i++)
		loop.took_ns[i] = (i + 1) * MS;
	assert_int_equal(row_of(&loop).latency_growth_ns, 18 * MS);
	/* The wait for a worker is part of the latency. */
	loop.wait_ns[18] = loop.wait_ns[19] = 5 * MS;
	assert_int_equal(row_of(&loop).latency_growth_ns, 23 * MS);
	/* One item that was quick says that no queue stands. */
	loop.wait_ns[19] = 0;
	loop.took_ns[19] = MS;
	assert_int_equal(row_of(&loop).latency_growth_ns, 0);
	loop.took_ns[18] = loop.took_ns[19] = 0;
	assert_true(row_of(&loop).latency_growth_ns == FR_UNKNOWN);
}

static void rates_count_from_the_first_arrival(void **state)
{
	struct loop loop = {.first_ns = 50 * MS, .step_ns = MS, .missing = 20};
	struct trial_row row = row_of(&loop);

	(void)state;
	assert_true(fabs(row.offered_rate - 1000) < 1e-6);
	assert_true(fabs(row.achieved_rate - 1000) < 1e-6);
	loop.wait_ns[19] = 19 * MS;
	row = row_of(&loop);
	assert_true(fabs(row.offered_rate - 1000) < 1e-6);
	assert_true(fabs(row.achieved_rate - 500) < 1e-6);
}

static void waits_have_quantiles_in_whatever_order_they_come(void **state)
{
	struct loop loop = {.step_ns = 100 * MS, .missing = 20};
	struct trial_row row;

	(void)state;
	for (size_t i = 0; i < 20; i++)
		loop.wait_ns[i] = (20 - i) * MS;
	assert_int_equal(row_of(&loop).queue_p50_ns, 10 * MS);
	assert_int_equal(row_of(&loop).queue_p99_ns, 20 * MS);
	/* An item that never started has no wait, and its job has no rate. */
	loop.missing = 0;
	row = row_of(&loop);
	assert_int_equal(row.queue_p50_ns, 10 * MS);
	assert_true(isnan(row.offered_rate));
	assert_string_equal(row.rate_held, "");
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
		m.row.reason, "item 3 was started 1.000 ms before it was due");
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
	/* For a long request, less than 1 % outside the server agrees. */
	for (size_t i = 0; i < N; i++)
		m.rows[i].sent_ns -= 3 * MS / 10;
	assert_valid(&m);
	assert_int_equal(m.row.outside_ns, MS / 2);
	assert_string_equal(m.row.little, "agree");
	/* An answer that was never sent is missing in the witness's account. */
	m.samples[3].status = FR_HTTP_ERROR;
	m.rows[3].sent_ns = UINT64_MAX;
	judge(&m);
	assert_int_equal(m.row.outside_ns, MS / 2);
}

static void more_in_flight_than_workers_is_invalid(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.samples[2].start_ns = m.samples[0].start_ns;
	assert_int_equal(judge(&m), VERDICT_INVALID);
	assert_says(m.row.reason, "2.500 requests in flight on average");
}

static void what_sets_the_pace_is_named(void **state)
{
	/* Entries after the last item of the job do not count. */
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
	m.result.cpu_ns = 1000 * MS;
	for (size_t i = 0; i < N; i++)
		m.rows[i].queue_ns = 0;
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "client-cpu");
	/* If the last item is due at 52 of 56 ms, the schedule sets the pace. */
	m.spec.due_ns = late_ns;
	for (size_t i = 0; i < N; i++)
		m.samples[i].end_ns = m.samples[i].start_ns + 4 * MS;
	for (size_t i = 0; i < N; i++) {
		m.rows[i].delay_ns = MS;
		m.rows[i].sent_ns = m.rows[i].done_ns =
			m.samples[i].end_ns - MS;
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
		cmocka_unit_test(a_backlog_is_what_all_of_the_last_tenth_wait),
		cmocka_unit_test(
			a_queue_grows_if_all_of_the_last_tenth_take_longer),
		cmocka_unit_test(rates_count_from_the_first_arrival),
		cmocka_unit_test(
			waits_have_quantiles_in_whatever_order_they_come),
		cmocka_unit_test(an_item_begun_before_its_time_is_invalid),
		cmocka_unit_test(both_accounts_give_the_mean_in_flight),
		cmocka_unit_test(more_in_flight_than_workers_is_invalid),
		cmocka_unit_test(what_sets_the_pace_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
