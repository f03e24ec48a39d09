/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A strategy constantly uses half of its concurrency of 4. Each test then adds
 * one circumstance that may be another explanation.
 */
#include "test_harness.h"

#include "harness/judge/underuse.h"

#define MS UINT64_C(1000000)

enum { N = 18, PEAK = 2, SPAN_MS = 50 };

struct made_up {
	struct fr_strategy strategy;
	struct fr_sample samples[N];
	struct trial_spec spec;
	struct trial_result result;
	struct account account;
	struct trial_row row;
};

/* Two at a time, the first two started after begun_ns, each for span_ns. */
static void make_up(struct made_up *m, uint64_t begun_ns, uint64_t span_ns)
{
	*m = (struct made_up){
		.spec = {.strategy = &m->strategy, .n = N, .concurrency = 4},
		.result = {.samples = m->samples, .t0_ns = 1000 * MS},
		.account = {.spec = &m->spec, .result = &m->result},
		.row = {.peak_in_flight = PEAK, .mean_in_flight = 1.98}};
	for (size_t i = 0; i < N; i++) {
		struct fr_sample *sample = &m->samples[i];

		sample->start_ns = m->result.t0_ns + begun_ns +
			i / PEAK * (span_ns + MS / 10);
		sample->end_ns = sample->start_ns + span_ns;
	}
}

static bool was_left(const struct made_up *m)
{
	return underuse_by_choice(&m->account, &m->row);
}

static void half_the_concurrency_all_the_time_is_noticed(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	assert_true(was_left(&m));
	m.row.peak_in_flight = 4;
	assert_false(was_left(&m));
}

static void who_begins_slowly_is_not_accused(void **state)
{
	struct made_up m;

	(void)state;
	/* 12.5 ms: starting four would take half as long as a request. */
	make_up(&m, 25 * MS / 2, SPAN_MS * MS);
	assert_false(was_left(&m));
	/* The last of the first two starts counts. */
	make_up(&m, 0, SPAN_MS * MS);
	m.samples[PEAK - 1].start_ns += 25 * MS / 2;
	assert_false(was_left(&m));
}

/* The server does not see them at once, but the client did. */
static void a_link_keeps_requests_from_the_server(void **state)
{
	struct trial_link link;
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.spec.link = &link;
	assert_true(was_left(&m));
	m.samples[2].start_ns = m.samples[3].start_ns = m.samples[1].start_ns;
	assert_false(was_left(&m));
	m.spec.link = NULL;
	assert_true(was_left(&m));
}

static void short_requests_accuse_nobody(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, 0, 20 * MS - 1);
	assert_false(was_left(&m));
	make_up(&m, 0, 20 * MS);
	assert_true(was_left(&m));
}

static void one_short_request_among_long_ones_accuses_nobody(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.samples[7].end_ns = m.samples[7].start_ns + MS;
	assert_false(was_left(&m));
}

static void a_few_turns_may_have_met_a_pause(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.spec.n = N - 1;
	assert_false(was_left(&m));
}

static void a_server_that_sees_them_late_is_to_blame_itself(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.row.mean_in_flight = 3.9;
	assert_false(was_left(&m));
}

static void who_has_little_to_do_is_not_accused(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.row.mean_in_flight = 1.5;
	assert_false(was_left(&m));
}

static void no_more_items_than_that_leave_no_room(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.spec.n = PEAK;
	assert_false(was_left(&m));
}

static void arrivals_fill_the_room_of_an_open_loop(void **state)
{
	static const uint64_t due_ns[N];
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.spec.due_ns = due_ns;
	assert_false(was_left(&m));
}

static void who_may_find_less_is_not_judged(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m, MS, SPAN_MS * MS);
	m.strategy.flags = FR_WITNESS_SAMPLES;
	assert_false(was_left(&m));
	m.strategy.flags = FR_NO_NETWORK;
	assert_false(was_left(&m));
	m.strategy.flags = FR_OWN_LIMIT;
	assert_false(was_left(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(half_the_concurrency_all_the_time_is_noticed),
		cmocka_unit_test(who_begins_slowly_is_not_accused),
		cmocka_unit_test(a_link_keeps_requests_from_the_server),
		cmocka_unit_test(short_requests_accuse_nobody),
		cmocka_unit_test(
			one_short_request_among_long_ones_accuses_nobody),
		cmocka_unit_test(a_few_turns_may_have_met_a_pause),
		cmocka_unit_test(
			a_server_that_sees_them_late_is_to_blame_itself),
		cmocka_unit_test(who_has_little_to_do_is_not_accused),
		cmocka_unit_test(no_more_items_than_that_leave_no_room),
		cmocka_unit_test(arrivals_fill_the_room_of_an_open_loop),
		cmocka_unit_test(who_may_find_less_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
