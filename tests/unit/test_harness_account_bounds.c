/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bounds the time of a trial, by its account: ideal, work, capacity. */
#include "test_harness_account.h"

/* If nobody is busy, counters of the kernel may explain the time. */
static void the_kernel_explains_time_that_nobody_used(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 10 * MS;
	m.listen_overflows = 3;
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	/* an item arrived 200 ms late, as after a retransmission */
	m.result.t1_ns += 500 * MS;
	m.result.exit_ns += 500 * MS;
	m.samples[N - 1].end_ns = m.result.t1_ns;
	m.rows[N - 1].arrival_ns = m.samples[N - 1].start_ns + 200 * MS;
	m.rows[N - 1].sent_ns = m.rows[N - 1].arrival_ns + 10 * MS;
	judge(&m);
	assert_int_equal(m.row.verdict, VERDICT_VALID);
	assert_string_equal(m.row.bound_by, "listen-queue");
	m.listen_overflows = 0;
	m.throttled_ns = 50 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	m.throttled_ns = 80 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "quota");
	/* As busy as its quota allows: a greater quota is the remedy. */
	m.result.cpu_ns = 5000 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "quota");
	m.result.cpu_ns = 10 * MS;
	m.listen_overflows = FR_UNKNOWN;
	m.throttled_ns = FR_UNKNOWN;
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
}

static void the_pace_is_set_by_what_is_saturated(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 10 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	m.spec.concurrency = 1; /* so it can use one processor only */
	for (size_t i = 0; i < N; i++)
		m.samples[i].worker = 0;
	m.server_cpu_ns = 88 * MS; /* of 104 */
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	m.server_cpu_ns = 89 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "server-cpu");
	m.result.cpu_ns = 100 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "client-cpu");
}

/* Its thread is busy while other processors are idle. */
static void a_loop_is_bound_by_its_one_thread(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 10 * MS;
	m.result.cpu_ns = 100 * MS; /* of 111, and of 2 processors */
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	m.result.threads_created = m.result.processes_created = 0;
	judge(&m);
	assert_string_equal(m.row.bound_by, "loop");
	m.result.cpu_ns = 80 * MS;
	judge(&m);
	assert_string_equal(m.row.bound_by, "unknown");
}

/* Gives every item of the trial 20 ms of work, done in line in 20 ms. */
static void give_work(struct made_up *m, struct fr_work *work)
{
	static const uint64_t cpu_ns[N] = {20 * MS, 20 * MS, 20 * MS, 20 * MS};

	*work = (struct fr_work){.cpu_ns = cpu_ns, .folder = -1};
	m->spec.work = work;
	m->result.cpu_ns = 90 * MS;
	for (size_t i = 0; i < N; i++) {
		struct fr_sample *sample = &m->samples[i];

		m->rows[i].delay_ns = 30 * MS;
		m->rows[i].sent_ns = m->rows[i].done_ns =
			sample->start_ns + 31 * MS;
		sample->answered_ns = sample->work_start_ns =
			sample->start_ns + 32 * MS;
		sample->work_end_ns = sample->end_ns;
	}
}

static void work_is_part_of_the_ideal(void **state)
{
	struct fr_work work;
	struct made_up m;

	(void)state;
	make_up(&m);
	give_work(&m, &work);
	/* Answers at 30, 30, 60, 60; with two CPUs the last work ends at 80. */
	m.spec.cpus = 2;
	judge(&m);
	assert_int_equal(m.row.ideal_ns, 80 * MS);
	assert_string_equal(m.row.bound_by, "unknown");
	/* One CPU: 80 ms of work, which begins at 30. That is impossible. */
	m.spec.cpus = 0.5;
	judge(&m);
	assert_int_equal(m.row.ideal_ns, 190 * MS);
	assert_string_equal(m.row.reason,
		"104.000 ms is impossible: the work alone takes 160.000 ms");
	/* 30 + 80 / 1.2 = 96.67 of 104 */
	m.spec.cpus = 1.2;
	judge(&m);
	assert_int_equal(m.row.ideal_ns / MS, 96);
	assert_string_equal(m.row.bound_by, "work");
	/* A CPU that was faster than the calibrated one did nothing wrong. */
	for (size_t i = 0; i < N; i++)
		m.samples[i].work_start_ns = m.samples[i].work_end_ns - 10 * MS;
	judge(&m);
	/* the last two: 60 + 20 / 1.2 */
	assert_int_equal(m.row.ideal_ns / MS, 76);
}

/* Two may be in flight, but the server serves one at a time. */
static void the_ideal_has_the_servers_capacity(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.capacity = 1;
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 26 * MS;
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 104 * MS);
	assert_string_equal(m.row.bound_by, "capacity");
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 27 * MS;
	judge(&m);
	assert_string_equal(m.row.reason,
		"104.000 ms is impossible: the delays alone take 108.000 ms");
	/* A request whose client left frees its place when the server notices. */
	make_up(&m);
	m.capacity = 1;
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 20 * MS;
	m.samples[1].status = FR_NET_ERROR;
	m.rows[1].sent_ns = m.rows[1].bytes = UINT64_MAX;
	m.rows[1].queue_ns = 20 * MS;
	m.rows[1].gone_ns = m.rows[1].arrival_ns + 25 * MS;
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 65 * MS);
	/* A request whose client left the queue never had a place. */
	m.rows[1].gone_ns = m.rows[1].arrival_ns + 15 * MS;
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 60 * MS);
}

/* A capacity beyond the concurrency changes nothing. */
static void a_capacity_that_suffices_is_no_bound(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	m.capacity = 2;
	assert_valid(&m);
	assert_int_equal(m.row.ideal_ns, 100 * MS);
	assert_string_equal(m.row.bound_by, "latency");
}

/* Of four requests, the bucket of one token lets in three: 2 x 50 ms. */
static void a_limit_takes_its_time_and_counts_its_answers(void **state)
{
	struct made_up m;

	(void)state;
	make_up(&m);
	for (size_t i = 0; i < N; i++)
		m.rows[i].delay_ns = 20 * MS;
	m.rows[2].fault = WITNESS_LIMIT;
	m.rows[2].delay_ns = 0;
	m.rows[2].status = m.samples[2].http_status = 429;
	m.samples[2].status = FR_HTTP_ERROR;
	m.limit = "20/s,burst=1";
	assert_valid(&m);
	assert_int_equal(m.row.limited, 1);
	assert_string_equal(m.row.bound_by, "limit");
	assert_string_equal(m.row.failures, "1 status-429");
	m.limit = "40/s,burst=1";
	assert_valid(&m);
	assert_string_equal(m.row.bound_by, "unknown");
	m.limit = NULL;
	assert_valid(&m);
	assert_int_equal(m.row.limited, FR_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ideal_has_the_servers_capacity),
		cmocka_unit_test(a_capacity_that_suffices_is_no_bound),
		cmocka_unit_test(a_limit_takes_its_time_and_counts_its_answers),
		cmocka_unit_test(the_kernel_explains_time_that_nobody_used),
		cmocka_unit_test(the_pace_is_set_by_what_is_saturated),
		cmocka_unit_test(a_loop_is_bound_by_its_one_thread),
		cmocka_unit_test(work_is_part_of_the_ideal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
