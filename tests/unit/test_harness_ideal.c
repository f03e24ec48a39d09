/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Greedy schedules worked out by hand, and the lower bound. */
#include "test_harness.h"

#include <gsl/gsl_rng.h>

#include "harness/account/account.h"
#include "harness/account/ideal.h"

#define MS UINT64_C(1000000)

static uint64_t makespan(const uint64_t *delays, size_t n, unsigned concurrency)
{
	uint64_t ns = 1;

	assert_int_equal(
		ideal_makespan(&ns, NULL, delays, NULL, n, concurrency), 0);
	return ns;
}

static void twenty_equal_delays_take_their_rounds(void **state)
{
	uint64_t delays[20];

	(void)state;
	for (size_t i = 0; i < 20; i++)
		delays[i] = 50 * MS;
	assert_int_equal(makespan(delays, 20, 1), 1000 * MS);
	assert_int_equal(makespan(delays, 20, 3), 350 * MS);
	assert_int_equal(makespan(delays, 20, 19), 100 * MS);
	assert_int_equal(makespan(delays, 20, 20), 50 * MS);
	assert_int_equal(ideal_lower_bound(delays, NULL, 20, 1), 1000 * MS);
	assert_int_equal(ideal_lower_bound(delays, NULL, 20, 3), 1000 * MS / 3);
	assert_int_equal(ideal_lower_bound(delays, NULL, 20, 20), 50 * MS);
}

static uint64_t work_bound(struct ideal_work *items, size_t n, double cpus)
{
	return ideal_work_bound(
		items, n, &(struct ideal_cpus){.cpus = cpus, .quota = cpus});
}

static void uneven_delays_go_to_whoever_is_free_first(void **state)
{
	/* a: 5, then 4 at 5..9; b: 1, 3 at 1..4, 2 at 4..6, 7 at 6..13 */
	static const uint64_t delays[] = {5, 1, 3, 2, 4, 7};
	/* the long one last is the worst order for a greedy schedule */
	static const uint64_t last[] = {1, 1, 1, 1, 4};

	(void)state;
	assert_int_equal(makespan(delays, 6, 2), 13);
	assert_int_equal(makespan(last, 5, 2), 6);
	assert_int_equal(ideal_lower_bound(delays, NULL, 6, 2), 11);
	assert_int_equal(ideal_lower_bound(last, NULL, 5, 2), 4);
	assert_int_equal(makespan(delays, 6, 1), 22);
}

static void more_workers_than_items_take_the_longest(void **state)
{
	static const uint64_t delays[] = {3, 9, 2};

	(void)state;
	assert_int_equal(makespan(delays, 3, 3), 9);
	assert_int_equal(makespan(delays, 3, 4000), 9);
	assert_int_equal(ideal_lower_bound(delays, NULL, 3, 4000), 9);
}

static void nothing_to_do_takes_no_time(void **state)
{
	static const uint64_t zeros[4] = {0};

	(void)state;
	assert_int_equal(makespan(zeros, 0, 5), 0);
	assert_int_equal(makespan(zeros, 4, 2), 0);
	assert_int_equal(ideal_lower_bound(zeros, NULL, 0, 5), 0);
	assert_int_equal(ideal_lower_bound(zeros, NULL, 4, 2), 0);
}

static void no_item_is_begun_before_its_time(void **state)
{
	/* One worker: 0..5, 10..11, 11..14 (due at 10), 20..22. */
	static const uint64_t delays[] = {5, 1, 3, 2};
	static const uint64_t due[] = {0, 10, 10, 20};
	uint64_t ns = 0;

	(void)state;
	assert_int_equal(ideal_makespan(&ns, NULL, delays, due, 4, 1), 0);
	assert_int_equal(ns, 22);
	assert_int_equal(ideal_lower_bound(delays, due, 4, 1), 22);
	/* Late to the third: 0..8, 10..18, 18..26, 26..34. */
	static const uint64_t slow[] = {8, 8, 8, 8};
	assert_int_equal(ideal_makespan(&ns, NULL, slow, due, 4, 1), 0);
	assert_int_equal(ns, 34);
	assert_int_equal(ideal_lower_bound(slow, due, 4, 1), 32);
	assert_int_equal(ideal_makespan(&ns, NULL, slow, due, 4, 2), 0);
	assert_int_equal(ns, 28);
}

static void ends_are_those_of_the_schedule(void **state)
{
	/* a: 5, then 4 at 5..9; b: 1, 3 at 1..4, 2 at 4..6, 7 at 6..13 */
	static const uint64_t delays[] = {5, 1, 3, 2, 4, 7};
	static const uint64_t expected[] = {5, 1, 4, 6, 9, 13};
	uint64_t ends[6], ns;

	(void)state;
	assert_int_equal(ideal_makespan(&ns, ends, delays, NULL, 6, 2), 0);
	assert_memory_equal(ends, expected, sizeof(ends));
}

static void work_waits_for_its_answer_and_for_a_cpu(void **state)
{
	struct ideal_work together[] = {{20, 5}, {20, 5}, {20, 5}, {20, 5}};
	struct ideal_work apart[] = {{10, 5}, {20, 5}, {30, 5}};
	struct ideal_work late[] = {{10, 1}, {10, 1}, {40, 8}, {40, 8}};
	struct ideal_work longest[] = {{10, 1}, {10, 30}};

	(void)state;
	/* One CPU does one after the other, two CPUs two at a time. */
	assert_int_equal(work_bound(together, 4, 1), 40);
	assert_int_equal(work_bound(together, 4, 2), 30);
	assert_int_equal(work_bound(together, 4, 64), 25);
	/* Half a CPU takes twice as long. */
	assert_int_equal(work_bound(together, 4, 0.5), 60);
	/* A CPU that is idle until the last answer has its work to do yet. */
	assert_int_equal(work_bound(apart, 3, 1), 35);
	assert_int_equal(work_bound(late, 4, 1), 56);
	assert_int_equal(work_bound(longest, 2, 2), 40);
	assert_int_equal(work_bound(longest, 0, 2), 0);
}

/* What a quota allows for at its edges: two periods, and a slice a CPU. */
static void a_quota_may_come_in_bursts(void **state)
{
	static const struct ideal_cpus half = {.cpus = 2, .quota = 0.5};
	static const struct ideal_cpus much = {.cpus = 2, .quota = 4};
	struct ideal_work items[] = {{50 * MS, 600 * MS}, {0, 400 * MS}};

	(void)state;
	/* 100 ms and two slices of 5 ms of CPU time: on two CPUs at once. */
	assert_int_equal(ideal_cpu_ns(&half, 100. * MS), 50 * MS);
	assert_int_equal(ideal_cpu_ns(&half, 110. * MS), 55 * MS);
	assert_int_equal(ideal_cpu_ns(&half, 1000. * MS), 1780 * MS);
	assert_int_equal(ideal_cpu_ns(&much, 1000. * MS), 500 * MS);
	assert_int_equal(ideal_work_bound(items, 2, &half), 1780 * MS);
}

/* The same schedule computed slowly: tries every worker for every item. */
static uint64_t plain_makespan(
	const uint64_t *delays, size_t n, unsigned concurrency)
{
	uint64_t free_at[64] = {0}, end = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned first = 0;

		for (unsigned w = 1; w < concurrency; w++)
			if (free_at[w] < free_at[first])
				first = w;
		free_at[first] += delays[i];
		if (free_at[first] > end)
			end = free_at[first];
	}
	return end;
}

static void any_delays_agree_with_the_plain_schedule(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t n = 1 + gsl_rng_uniform_int(rng, 100);
		unsigned c = 1 + (unsigned)gsl_rng_uniform_int(rng, 64);
		uint64_t delays[100], ideal, bound;

		for (size_t i = 0; i < n; i++)
			delays[i] = gsl_rng_uniform_int(rng, 1000);
		ideal = makespan(delays, n, c);
		bound = ideal_lower_bound(delays, NULL, n, c);
		assert_int_equal(ideal, plain_makespan(delays, n, c));
		assert_true(bound <= ideal);
		/* Graham: at most twice what is possible. */
		assert_true(ideal <= 2 * bound + 2);
	}
	gsl_rng_free(rng);
}

enum { ITEMS_MAX = 12, TRIES_MAX = 4 };

/* Items of several tries, each after a wait, that two kinds of client do. */
struct tried {
	size_t n;
	unsigned places, tries[ITEMS_MAX];
	uint64_t delays[ITEMS_MAX][TRIES_MAX], waits[ITEMS_MAX][TRIES_MAX];
};

static void make_tried(struct tried *tried, gsl_rng *rng)
{
	tried->n = 1 + gsl_rng_uniform_int(rng, ITEMS_MAX);
	tried->places = 1 + (unsigned)gsl_rng_uniform_int(rng, 5);
	for (size_t i = 0; i < tried->n; i++) {
		tried->tries[i] =
			1 + (unsigned)gsl_rng_uniform_int(rng, TRIES_MAX);
		for (unsigned k = 0; k < tried->tries[i]; k++) {
			tried->delays[i][k] = gsl_rng_uniform_int(rng, 30);
			tried->waits[i][k] = gsl_rng_uniform_int(rng, 40);
		}
	}
}

static uint64_t ideal_of(const struct tried *tried)
{
	const struct trial_spec spec = {.n = tried->n};
	uint64_t first[ITEMS_MAX], after[ITEMS_MAX] = {0}, ends[ITEMS_MAX], ns;
	struct account account = {
		.spec = &spec, .delays_ns = first, .after_ns = after};

	for (size_t i = 0; i < tried->n; i++) {
		first[i] = tried->delays[i][0];
		for (unsigned k = 1; k < tried->tries[i]; k++) {
			after[i] += tried->waits[i][k] + tried->delays[i][k];
			account.retried_ns += tried->delays[i][k];
		}
	}
	assert_int_equal(
		ideal_makespan(&ns, ends, first, NULL, tried->n, tried->places),
		0);
	account_add_tries(&ns, &account, ends, tried->places);
	return ns;
}

/* Workers sleep with their places. */
static uint64_t time_of_workers(const struct tried *tried)
{
	uint64_t whole[ITEMS_MAX];

	for (size_t i = 0; i < tried->n; i++) {
		whole[i] = tried->delays[i][0];
		for (unsigned k = 1; k < tried->tries[i]; k++)
			whole[i] += tried->waits[i][k] + tried->delays[i][k];
	}
	return makespan(whole, tried->n, tried->places);
}

/* A loop takes the item that has been due longest before a new one. */
static uint64_t time_of_loop(const struct tried *tried)
{
	uint64_t free_at[5] = {0}, due[ITEMS_MAX] = {0}, end = 0;
	unsigned done[ITEMS_MAX] = {0};
	size_t next = 0;

	for (size_t i = 0; i < tried->n; i++)
		due[i] = UINT64_MAX;
	for (;;) {
		unsigned place = 0;
		size_t item = 0;
		uint64_t at;

		for (unsigned p = 1; p < tried->places; p++)
			if (free_at[p] < free_at[place])
				place = p;
		for (size_t i = 1; i < tried->n; i++)
			if (due[i] < due[item])
				item = i;
		at = free_at[place];
		if (due[item] > at && next < tried->n)
			item = next++;
		else if (due[item] == UINT64_MAX)
			return end;
		else if (due[item] > at)
			at = due[item];
		at += tried->delays[item][done[item]++];
		due[item] = done[item] < tried->tries[item]
			? at + tried->waits[item][done[item]]
			: UINT64_MAX;
		free_at[place] = at;
		end = at > end ? at : end;
	}
}

static void no_client_beats_the_ideal_of_its_tries(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	unsigned reached = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct tried tried;
		uint64_t ideal;

		make_tried(&tried, rng);
		ideal = ideal_of(&tried);
		assert_true(ideal <= time_of_workers(&tried));
		assert_true(ideal <= time_of_loop(&tried));
		reached += ideal == time_of_loop(&tried);
	}
	/* It is not far below, either. */
	assert_true(reached > 5000);
	gsl_rng_free(rng);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(twenty_equal_delays_take_their_rounds),
		cmocka_unit_test(a_quota_may_come_in_bursts),
		cmocka_unit_test(uneven_delays_go_to_whoever_is_free_first),
		cmocka_unit_test(more_workers_than_items_take_the_longest),
		cmocka_unit_test(nothing_to_do_takes_no_time),
		cmocka_unit_test(no_item_is_begun_before_its_time),
		cmocka_unit_test(ends_are_those_of_the_schedule),
		cmocka_unit_test(work_waits_for_its_answer_and_for_a_cpu),
		cmocka_unit_test(any_delays_agree_with_the_plain_schedule),
		cmocka_unit_test(no_client_beats_the_ideal_of_its_tries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
