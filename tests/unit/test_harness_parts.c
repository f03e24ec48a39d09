/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the elapsed time, which always add up to it. */
#include "test_harness_account.h"

#include <gsl/gsl_rng.h>

static void assert_parts(struct made_up *m, uint64_t ideal,
	uint64_t server_late, uint64_t dispatch, uint64_t rest)
{
	assert_valid(m);
	assert_int_equal(m->row.ideal_ns, ideal);
	assert_int_equal(m->row.server_late_ns, server_late);
	assert_int_equal(m->row.dispatch_ns, dispatch);
	assert_int_equal(m->row.rest_ns, rest);
	assert_int_equal(
		ideal + server_late + dispatch + rest, m->row.elapsed_ns);
}

/* Moves item i in both accounts. */
static void move(struct made_up *m, size_t i, uint64_t by_ns)
{
	m->samples[i].start_ns += by_ns;
	m->samples[i].end_ns += by_ns;
	m->rows[i].first_in_ns += by_ns;
	m->rows[i].arrival_ns += by_ns;
	m->rows[i].sent_ns += by_ns;
	m->rows[i].done_ns += by_ns;
}

/* Sets the time at which the clock stops and the process ends. */
static void stop_at(struct made_up *m, uint64_t t1_ns)
{
	m->result.t1_ns = t1_ns;
	m->result.exit_ns = t1_ns + 3 * MS;
}

static void what_is_outside_the_server_is_the_rest(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	assert_parts(&m, 100 * MS, 0, 0, 4 * MS);
	assert_int_equal(m.row.dispatch_p50_ns, 0);
	assert_int_equal(m.row.dispatch_p99_ns, 0);
}

/* 50 ms from arrival to answer, of which 48 were drawn. */
static void lateness_of_the_server_is_its_own(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 48 * MS;
	assert_parts(&m, 96 * MS, 4 * MS, 0, 4 * MS);
	/* One item's lateness costs nothing if another place took as long. */
	for (size_t i = 1; i < N; i++)
		m.rows[i].delay_ns = 50 * MS;
	assert_parts(&m, 100 * MS, 0, 0, 4 * MS);
}

static void a_wait_before_the_start_is_the_dispatch(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		move(&m, i, i < 2 ? 3 * MS : 5 * MS);
	stop_at(&m, END + 6 * MS);
	/* waits of 3 ms, then of 2 ms, and a rest of 1 ms */
	assert_parts(&m, 100 * MS, 0, 5 * MS, 5 * MS);
	assert_int_equal(m.row.dispatch_p50_ns, 2 * MS);
	assert_int_equal(m.row.dispatch_p99_ns, 3 * MS);
}

/* In an open loop a wait counts from the scheduled start or a free place. */
static void an_item_before_its_time_does_not_wait(void **state)
{
	static const uint64_t due_ns[N] = {0, 0, 60 * MS, 60 * MS};
	struct made_up m;

	(void)state;
	make_up(&m);
	m.spec.due_ns = due_ns;
	move(&m, 2, 8 * MS);
	move(&m, 3, 11 * MS);
	stop_at(&m, END + 11 * MS);
	assert_parts(&m, 110 * MS, 0, 3 * MS, 2 * MS);
	assert_int_equal(m.row.dispatch_p99_ns, 3 * MS);
	assert_int_equal(m.row.queue_p99_ns, 3 * MS);
}

/* The witness makes a program's samples, so its waits are unknown. */
static void a_program_has_no_dispatch(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.strategy.flags = FR_WITNESS_SAMPLES;
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 48 * MS;
	assert_valid(&m);
	assert_int_equal(m.row.server_late_ns, 4 * MS);
	assert_int_equal(m.row.dispatch_ns, FR_UNKNOWN);
	assert_int_equal(m.row.dispatch_p50_ns, FR_UNKNOWN);
	assert_int_equal(m.row.rest_ns, 4 * MS);
}

static void without_a_witness_there_are_waits_alone(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	move(&m, 3, 2 * MS);
	stop_at(&m, END + 2 * MS);
	m.spec.unwitnessed = true;
	m.witness.count = 0;
	judge(&m);
	assert_string_equal(m.row.reason, "");
	assert_int_equal(m.row.verdict, VERDICT_UNWITNESSED);
	assert_int_equal(m.row.dispatch_p99_ns, 2 * MS);
	assert_int_equal(m.row.server_late_ns, FR_UNKNOWN);
	assert_int_equal(m.row.rest_ns, FR_UNKNOWN);
}

/* Two workers that wait at random before they take their next item. */
static void the_parts_add_up_whatever_happens(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct made_up m;

	(void)state;
	assert_non_null(rng);
	for (int round = 0; round < 2000; round++) {
		uint64_t free_ns[2] = {T0, T0};

		make_up(&m);
		for (size_t i = 0; i < N; i++) {
			size_t w = free_ns[1] < free_ns[0];
			uint64_t late = gsl_rng_uniform_int(rng, 30 * MS);

			move(&m, i, free_ns[w] + late - m.samples[i].start_ns);
			m.samples[i].worker = (uint32_t)w;
			m.rows[i].delay_ns -= gsl_rng_uniform_int(rng, 9 * MS);
			free_ns[w] = m.samples[i].end_ns;
		}
		stop_at(&m, free_ns[0] > free_ns[1] ? free_ns[0] : free_ns[1]);
		assert_valid(&m);
		assert_true(m.row.rest_ns >= 2 * MS);
		assert_int_equal(m.row.ideal_ns + m.row.server_late_ns +
				m.row.dispatch_ns + m.row.rest_ns,
			m.row.elapsed_ns);
	}
	gsl_rng_free(rng);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_outside_the_server_is_the_rest),
		cmocka_unit_test(lateness_of_the_server_is_its_own),
		cmocka_unit_test(a_wait_before_the_start_is_the_dispatch),
		cmocka_unit_test(an_item_before_its_time_does_not_wait),
		cmocka_unit_test(a_program_has_no_dispatch),
		cmocka_unit_test(without_a_witness_there_are_waits_alone),
		cmocka_unit_test(the_parts_add_up_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
