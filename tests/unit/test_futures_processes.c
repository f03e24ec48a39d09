/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The executor whose workers are processes: the same promises as of threads, and
 * what goes in and out. What becomes of workers that die is in
 * test_futures_deaths.c.
 */
#include "test_processes.h"

#include <signal.h>
#include <stdlib.h>

static int square(void *arg, void **result)
{
	int *x = arg;

	*x *= *x;
	*result = x;
	return *x % 2 ? -EDOM : 0;
}

static void bytes_go_in_and_come_back(void **state)
{
	enum { N = 5000 };
	struct executor *ex = make_processes(3);
	struct future *fs[N];
	int x[N];
	void *result;

	(void)state;
	for (int i = 0; i < N; i++)
		x[i] = i;
	assert_int_equal(
		executor_submit_many(ex, square, x, N, sizeof(x[0]), fs), 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(
			future_result(fs[i], -1, &result), i % 2 ? -EDOM : 0);
		assert_ptr_equal(result, &x[i]);
		assert_int_equal(x[i], i * i);
		future_free(fs[i]);
	}
	executor_free(ex);
}

static void map_on_processes_is_ordered_and_tells_the_first_failure(
	void **state)
{
	enum { N = 5000 };
	struct executor *ex = make_processes(3);
	int x[N];
	void *results[N];

	(void)state;
	for (int i = 0; i < N; i++)
		x[i] = i;
	assert_int_equal(
		executor_map(ex, square, x, N, sizeof(x[0]), results), -EDOM);
	for (int i = 0; i < N; i++) {
		assert_ptr_equal(results[i], &x[i]);
		assert_int_equal(x[i], i * i);
	}
	assert_int_equal(executor_map(ex, square, x, 0, 4, NULL), 0);
	executor_shutdown(ex, 0);
	assert_int_equal(
		executor_map(ex, square, x, N, 4, results), -ESHUTDOWN);
	assert_null(results[0]);
	executor_free(ex);
}

static void arguments_that_are_too_large_are_emsgsize(void **state)
{
	struct executor_options options = {.kind = EXECUTOR_PROCESSES,
		.max_workers = 1,
		.max_arg_size = 100};
	char bytes[101] = "";
	struct future *f;
	struct executor *ex;

	(void)state;
	assert_int_equal(executor_create_with(&ex, &options), 0);
	assert_int_equal(executor_submit_many(ex, hand_back, bytes, 1, 101, &f),
		-EMSGSIZE);
	assert_null(f);
	assert_int_equal(
		executor_submit_many(ex, hand_back, bytes, 1, 100, &f), 0);
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	executor_free(ex);
}

static void tasks_run_in_other_processes(void **state)
{
	struct executor *ex = make_processes(2);
	struct future *f = submit(ex, tell_pid, NULL);
	void *result;

	(void)state;
	assert_int_equal(future_result(f, -1, &result), 0);
	assert_in_range((uintptr_t)result, 0, 1);
	assert_int_not_equal(shared->pid[(uintptr_t)result], getpid());
	future_free(f);
	executor_free(ex);
}

static void states_and_cancelling_are_as_with_threads(void **state)
{
	struct executor *ex = make_processes(1);
	struct future *fs[3];

	(void)state;
	reset();
	for (int i = 0; i < 3; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	await_running(1);
	assert_true(future_running(fs[0]));
	assert_int_equal(future_state(fs[1]), FUTURE_PENDING);
	assert_false(future_cancel(fs[0]));
	assert_true(future_cancel(fs[1]));
	assert_int_equal(future_result(fs[1], -1, NULL), -ECANCELED);
	assert_int_equal(future_result(fs[0], 1000, NULL), -ETIMEDOUT);
	shared->stop = 1;
	assert_int_equal(future_result(fs[0], -1, NULL), 0);
	assert_int_equal(future_result(fs[2], -1, NULL), 0);
	assert_int_equal(shared->ran, 2);
	for (int i = 0; i < 3; i++)
		future_free(fs[i]);
	executor_free(ex);
}

/* Cancelled tasks leave their cells behind, more than there are. */
static void cancelling_without_end_does_not_fill_the_queue(void **state)
{
	struct executor *ex = make_processes(1);
	struct future *f;

	(void)state;
	reset();
	future_free(submit(ex, run_until_stop, NULL));
	await_running(1);
	for (int i = 0; i < 20000; i++) {
		f = submit(ex, hand_back, NULL);
		assert_true(future_cancel(f));
		future_free(f);
	}
	shared->stop = 1;
	f = submit(ex, hand_back, NULL);
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	executor_free(ex);
}

/* As above, but behind a task that waits, so that the queue does fill. */
static void queue_full_of_cancelled_tasks_is_fed_though_nobody_looks(
	void **state)
{
	struct executor *ex = make_processes(1);

	(void)state;
	reset();
	for (int i = 0; i < 2; i++)
		future_free(submit(ex, run_until_stop, NULL));
	await_running(1);
	for (int i = 0; i < 5000; i++) {
		struct future *f = submit(ex, hand_back, NULL);

		assert_true(future_cancel(f));
		future_free(f);
	}
	future_free(submit(ex, run_until_stop, NULL));
	shared->stop = 1;
	await_running(3);
	executor_free(ex);
}

static void submit_cancel_shutdown_does_not_hang(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct executor *ex = make_processes(1);
		struct future *f = submit(ex, hand_back, NULL);

		assert_int_equal(future_result(f, -1, NULL), 0);
		future_free(f);
		f = submit(ex, hand_back, NULL);
		future_cancel(f);
		executor_shutdown(ex, 0);
		future_free(f);
		executor_free(ex);
	}
}

static void cancel_after_shutdown_lets_it_end(void **state)
{
	struct executor *ex = make_processes(1);
	struct future *a, *b;

	(void)state;
	reset();
	a = submit(ex, run_until_stop, NULL);
	await_running(1);
	b = submit(ex, hand_back, NULL);
	executor_shutdown(ex, EXECUTOR_NO_WAIT);
	shared->stop = 1;
	future_cancel(b);
	executor_shutdown(ex, 0);
	assert_true(future_done(a) && future_done(b));
	future_free(a);
	future_free(b);
	executor_free(ex);
}

static void as_completed_mixes_threads_and_processes(void **state)
{
	struct executor *ex[] = {make_processes(2), make_executor(2)};
	struct future *fs[200], *f;
	struct as_completed *it;
	int got = 0;

	(void)state;
	for (int i = 0; i < 200; i++)
		fs[i] = submit(ex[i % 2], hand_back, NULL);
	assert_int_equal(futures_as_completed(fs, 200, &it), 0);
	while (as_completed_next(it, LONG_NS, &f) == 1) {
		assert_true(future_done(f));
		got++;
	}
	assert_int_equal(got, 200);
	as_completed_free(it);
	for (int i = 0; i < 200; i++)
		future_free(fs[i]);
	executor_free(ex[0]);
	executor_free(ex[1]);
}

static void open_gate(struct future *f, void *gate)
{
	(void)f;
	gate_open(gate);
}

static void callbacks_come_though_nobody_looks(void **state)
{
	struct executor *ex = make_processes(1);
	struct gate gate = GATE_INIT;
	struct future *f;

	(void)state;
	reset();
	f = submit(ex, run_until_stop, NULL);
	assert_int_equal(future_add_done_callback(f, open_gate, &gate), 0);
	shared->stop = 1;
	gate_pass(&gate);
	future_free(f);
	executor_free(ex);
}

static void more_tasks_than_records_all_run(void **state)
{
	enum { N = 20000 };
	struct executor *ex = make_processes(2);
	struct future **fs = malloc(N * sizeof(struct future *));
	struct future *last;

	(void)state;
	reset();
	assert_int_equal(
		executor_submit_many(ex, run_until_stop, NULL, N, 0, fs), 0);
	/* the last is not even with the workers, and may be cancelled */
	last = submit(ex, hand_back, NULL);
	assert_int_equal(future_state(last), FUTURE_PENDING);
	assert_true(future_cancel(last));
	future_free(last);
	shared->stop = 1;
	/* no future is asked for until the end */
	executor_shutdown(ex, 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(future_result(fs[i], 0, NULL), 0);
		future_free(fs[i]);
	}
	assert_int_equal(shared->ran, N);
	executor_free(ex);
	free(fs);
}

/* Nobody looks at a future: the submit itself has to see what is done. */
static void try_submit_finds_the_room_that_done_tasks_made(void **state)
{
	struct executor_options options = {
		.kind = EXECUTOR_PROCESSES, .max_workers = 1, .max_pending = 3};
	struct timespec begin, now;
	struct executor *ex;
	int placed = 0, rc;

	(void)state;
	reset();
	shared->stop = 1;
	assert_int_equal(executor_create_with(&ex, &options), 0);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	do {
		rc = executor_try_submit(ex, run_until_stop, NULL, NULL);
		placed += !rc;
		assert_true(!rc || rc == -EAGAIN);
		if (rc)
			sched_yield();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (placed < 100 && now.tv_sec - begin.tv_sec < 120);
	assert_int_equal(placed, 100);
	executor_free(ex);
	assert_int_equal(shared->ran, 100);
}

static void limit_holds_for_processes(void **state)
{
	struct executor_options options = {
		.kind = EXECUTOR_PROCESSES, .max_workers = 2, .max_pending = 3};
	struct executor *ex;

	(void)state;
	reset();
	assert_int_equal(executor_create_with(&ex, &options), 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
			executor_try_submit(ex, run_until_stop, NULL, NULL), 0);
	assert_int_equal(
		executor_try_submit(ex, run_until_stop, NULL, NULL), -EAGAIN);
	shared->stop = 1;
	for (int i = 0; i < 100; i++)
		assert_int_equal(
			executor_submit(ex, run_until_stop, NULL, NULL), 0);
	executor_free(ex);
	assert_int_equal(shared->ran, 105);
}

static int initialise(void *arg)
{
	atomic_fetch_add(&shared->ran, 1);
	return executor_worker_index() == *(int *)arg;
}

static void processes_are_initialised_when_create_returns(void **state)
{
	int failing = -1;
	struct executor_options options = {.kind = EXECUTOR_PROCESSES,
		.max_workers = 3,
		.initializer = initialise,
		.initializer_arg = &failing};
	struct executor *ex;

	(void)state;
	reset();
	assert_int_equal(executor_create_with(&ex, &options), 0);
	assert_int_equal(shared->ran, 3);
	executor_free(ex);
	failing = 1;
	assert_int_equal(executor_create_with(&ex, &options), -EPIPE);
	assert_null(ex);
}

static int tell_whether_blocked(void *arg, void **result)
{
	sigset_t blocked;

	(void)arg;
	(void)pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	*result = (void *)(intptr_t)sigismember(&blocked, SIGUSR1);
	return 0;
}

/* Nor do they end up in its own thread, which would die of this one. */
static void signals_stay_as_the_program_has_set_them(void **state)
{
	struct executor *ex = make_processes(1);
	struct future *f = submit(ex, tell_whether_blocked, NULL);
	void *blocked;
	sigset_t usr1;
	int got = 0;

	(void)state;
	assert_int_equal(future_result(f, -1, &blocked), 0);
	assert_null(blocked);
	future_free(f);
	(void)sigemptyset(&usr1);
	(void)sigaddset(&usr1, SIGUSR1);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &usr1, NULL), 0);
	assert_int_equal(kill(getpid(), SIGUSR1), 0);
	assert_int_equal(sigwait(&usr1, &got), 0);
	assert_int_equal(got, SIGUSR1);
	assert_int_equal(pthread_sigmask(SIG_UNBLOCK, &usr1, NULL), 0);
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_in_and_come_back),
		cmocka_unit_test(
			map_on_processes_is_ordered_and_tells_the_first_failure),
		cmocka_unit_test(arguments_that_are_too_large_are_emsgsize),
		cmocka_unit_test(tasks_run_in_other_processes),
		cmocka_unit_test(states_and_cancelling_are_as_with_threads),
		cmocka_unit_test(
			cancelling_without_end_does_not_fill_the_queue),
		cmocka_unit_test(
			queue_full_of_cancelled_tasks_is_fed_though_nobody_looks),
		cmocka_unit_test(submit_cancel_shutdown_does_not_hang),
		cmocka_unit_test(cancel_after_shutdown_lets_it_end),
		cmocka_unit_test(as_completed_mixes_threads_and_processes),
		cmocka_unit_test(callbacks_come_though_nobody_looks),
		cmocka_unit_test(more_tasks_than_records_all_run),
		cmocka_unit_test(limit_holds_for_processes),
		cmocka_unit_test(
			try_submit_finds_the_room_that_done_tasks_made),
		cmocka_unit_test(processes_are_initialised_when_create_returns),
		cmocka_unit_test(signals_stay_as_the_program_has_set_them),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
