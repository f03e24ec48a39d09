/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a waiting thread spins before it sleeps, and which idle worker is woken.
 *
 * For the latter, workers are bound to one of two CPUs in turn, and tasks report
 * the CPU on which they ran. If the worker that has slept longest were always
 * woken, the CPUs would alternate: the longest run of one CPU in a million tasks
 * was about 100.
 */
#include "test_futures.h"

#include <sched.h>

#include "futures/internal.h"

enum {
	WORKERS = 4,
	STREAK = 200,
	TASKS = 4000,
	TRIPS_MAX = 200000, /* on a busy machine a streak may break */
};

static size_t cpus[2]; /* the test's, and another */
static size_t cpus_count;

static void bind_to(size_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static int bind_worker(void *arg)
{
	(void)arg;
	bind_to(cpus[executor_worker_index() % 2]);
	return 0;
}

static int tell_cpu(void *arg, void **result)
{
	(void)arg;
	*result = (void *)(uintptr_t)sched_getcpu();
	return 0;
}

static size_t cpu_of_result(struct future *f)
{
	void *cpu;

	assert_int_equal(future_result(f, -1, &cpu), 0);
	future_free(f);
	return (size_t)(uintptr_t)cpu;
}

/* Its result is waited for. */
static size_t cpu_of_a_task(struct executor *ex)
{
	return cpu_of_result(submit(ex, tell_cpu, NULL));
}

/* Threads are made for tasks that find no idle one. */
static void have_all_started(struct executor *ex)
{
	struct gate gate = GATE_INIT;
	struct future *fs[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		fs[i] = submit(ex, wait_at_gate, &gate);
	gate_await(&gate, WORKERS);
	gate_open(&gate);
	for (int i = 0; i < WORKERS; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
	}
}

static struct executor *bound_workers(enum executor_kind kind)
{
	struct executor_options options = {.kind = kind,
		.max_workers = WORKERS,
		.initializer = bind_worker};
	struct executor *ex;

	if (cpus_count < 2)
		skip();
	assert_int_equal(executor_create_with(&ex, &options), 0);
	if (kind == EXECUTOR_THREADS)
		have_all_started(ex);
	return ex;
}

static void lone_tasks_stay_on_this_cpu(enum executor_kind kind)
{
	struct executor *ex = bound_workers(kind);
	int streak = 0, trips = 0;

	while (streak < STREAK && trips++ < TRIPS_MAX)
		streak = cpu_of_a_task(ex) == cpus[0] ? streak + 1 : 0;
	assert_int_equal(streak, STREAK);
	executor_free(ex);
}

static void lone_tasks_wake_a_thread_of_this_cpu(void **state)
{
	(void)state;
	lone_tasks_stay_on_this_cpu(EXECUTOR_THREADS);
}

static void lone_tasks_wake_a_process_of_this_cpu(void **state)
{
	(void)state;
	lone_tasks_stay_on_this_cpu(EXECUTOR_PROCESSES);
}

/* As of those in bulk that the workers keep up with. */
static void tasks_nobody_waits_for_go_in_turn(void **state)
{
	struct executor *ex = bound_workers(EXECUTOR_THREADS);
	struct future *fs[TASKS];
	int streak = 0;

	(void)state;
	for (int i = 0; i < TASKS; i++) {
		fs[i] = submit(ex, tell_cpu, NULL);
		while (!future_done(fs[i]))
			(void)sched_yield();
	}
	for (int i = 0; i < TASKS; i++) {
		streak = cpu_of_result(fs[i]) == cpus[0] ? streak + 1 : 0;
		assert_in_range(streak, 0, STREAK - 1);
	}
	executor_free(ex);
}

/* Those on other CPUs are woken all the same when none of this one is idle. */
static void lone_tasks_wake_a_worker_of_another_cpu(void **state)
{
	struct executor_options options = {
		.max_workers = 1, .initializer = bind_worker};
	struct executor *ex;

	(void)state;
	if (cpus_count < 2)
		skip();
	bind_to(cpus[1]);
	assert_int_equal(executor_create_with(&ex, &options), 0);
	for (int i = 0; i < STREAK; i++)
		assert_int_equal(cpu_of_a_task(ex), cpus[0]);
	executor_free(ex);
	bind_to(cpus[0]);
}

/* What is waited for comes at look `at`; 0: never. */
struct awaited {
	unsigned at;
	unsigned *looks;
};

static bool has_come(const void *arg)
{
	const struct awaited *awaited = arg;

	return ++*awaited->looks == awaited->at;
}

/* Whether it looked more than the once that costs nothing. */
static bool waits_and_looks(atomic_uint *waits, unsigned at)
{
	unsigned looks = 0;
	const struct awaited awaited = {.at = at, .looks = &looks};

	assert_int_equal(
		futures_spin_until(waits, has_come, &awaited), at != 0);
	return looks > 1;
}

static void looking_in_vain_gets_rare(void **state)
{
	atomic_uint waits = 1;

	(void)state;
	for (unsigned i = 1; i <= 2048; i++) {
		bool is_power = !(i & (i - 1));

		assert_int_equal(waits_and_looks(&waits, 0),
			(is_power && i < 256) || i % 256 == 0);
	}
}

static void looking_that_helped_is_repeated(void **state)
{
	atomic_uint waits = 1;

	(void)state;
	for (int i = 0; i < 7; i++)
		(void)waits_and_looks(&waits, 0);
	assert_true(waits_and_looks(&waits, 3));
	assert_true(waits_and_looks(&waits, 3));
	/* once in vain is not enough */
	assert_true(waits_and_looks(&waits, 0));
	assert_true(waits_and_looks(&waits, 0));
	assert_false(waits_and_looks(&waits, 0));
}

static void who_is_not_to_look_does_not(void **state)
{
	atomic_uint waits = 0;

	(void)state;
	for (int i = 0; i < 1024; i++)
		assert_false(waits_and_looks(&waits, 0));
}

static int choose_cpus(void **state)
{
	cpu_set_t set;

	(void)state;
	if (sched_getaffinity(0, sizeof(set), &set))
		return -1;
	for (size_t cpu = 0; cpu < CPU_SETSIZE && cpus_count < 2; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpus[cpus_count++] = cpu;
	bind_to(cpus[0]);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looking_in_vain_gets_rare),
		cmocka_unit_test(looking_that_helped_is_repeated),
		cmocka_unit_test(who_is_not_to_look_does_not),
		cmocka_unit_test(lone_tasks_wake_a_thread_of_this_cpu),
		cmocka_unit_test(lone_tasks_wake_a_process_of_this_cpu),
		cmocka_unit_test(tasks_nobody_waits_for_go_in_turn),
		cmocka_unit_test(lone_tasks_wake_a_worker_of_another_cpu),
	};

	return cmocka_run_group_tests(tests, choose_cpus, NULL);
}
