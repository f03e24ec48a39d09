/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who sleeps on a task of worker processes gets up when it is done, however it
 * is done, and so does a worker when there is work. Each test has the kernel
 * say that a thread sleeps before it goes on, so that a wake-up that does not
 * come is a hang. What no test can arrange, one step of a worker between two of
 * its parent, tests/model tries.
 */
#include "test_processes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* A thread that waits for f. */
struct sleeper {
	pthread_t thread;
	struct future *f;
	int64_t timeout_ns;
	atomic_int tid;
	int code;
};

static void *sleep_on(void *arg)
{
	struct sleeper *s = arg;

	atomic_store(&s->tid, (int)gettid());
	s->code = future_result(s->f, s->timeout_ns, NULL);
	return NULL;
}

/* A thread of ours, or a process. */
static bool is_asleep(int id)
{
	char path[64], text[256] = "";
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", id);
	file = fopen(path, "r");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	(void)fclose(file);
	return strstr(text, ") S ") != NULL;
}

static void begin(struct sleeper *s, struct future *f, int64_t timeout_ns)
{
	*s = (struct sleeper){.f = f, .timeout_ns = timeout_ns};
	assert_int_equal(pthread_create(&s->thread, NULL, sleep_on, s), 0);
}

/* f is not done before this returns, so a sleeper does sleep. */
static void begin_and_await_sleep(struct sleeper *s, struct future *f)
{
	begin(s, f, -1);
	while (!atomic_load(&s->tid) || !is_asleep(atomic_load(&s->tid)))
		sched_yield();
}

static int end(struct sleeper *s)
{
	assert_int_equal(pthread_join(s->thread, NULL), 0);
	return s->code;
}

static void all_who_sleep_on_a_task_get_up(void **state)
{
	struct executor *ex = make_processes(1);
	struct sleeper sleepers[3];
	struct future *f;

	(void)state;
	reset();
	f = submit(ex, run_until_stop, NULL);
	for (int i = 0; i < 3; i++)
		begin_and_await_sleep(&sleepers[i], f);
	shared->stop = 1;
	for (int i = 0; i < 3; i++)
		assert_int_equal(end(&sleepers[i]), 0);
	future_free(f);
	executor_free(ex);
}

static void who_gives_up_leaves_the_others_their_wake_up(void **state)
{
	struct executor *ex = make_processes(1);
	struct sleeper patient, hasty;
	struct future *f;

	(void)state;
	reset();
	f = submit(ex, run_until_stop, NULL);
	begin_and_await_sleep(&patient, f);
	begin(&hasty, f, 1000);
	assert_int_equal(end(&hasty), -ETIMEDOUT);
	shared->stop = 1;
	assert_int_equal(end(&patient), 0);
	future_free(f);
	executor_free(ex);
}

/* No worker knows the task yet when its waiter goes to sleep. */
static void waiter_for_a_task_without_a_record_wakes(void **state)
{
	enum { N = 5000 };
	struct executor *ex = make_processes(2);
	struct future **fs = malloc(N * sizeof(struct future *));
	struct sleeper sleeper;

	(void)state;
	reset();
	assert_int_equal(
		executor_submit_many(ex, run_until_stop, NULL, N, 0, fs), 0);
	begin_and_await_sleep(&sleeper, fs[N - 1]);
	shared->stop = 1;
	assert_int_equal(end(&sleeper), 0);
	for (int i = 0; i < N; i++)
		future_free(fs[i]);
	executor_free(ex);
	free(fs);
}

static void cancelling_wakes_who_sleeps_on_the_task(void **state)
{
	struct executor *ex = make_processes(1);
	struct sleeper sleeper;
	struct future *f;

	(void)state;
	reset();
	future_free(submit(ex, run_until_stop, NULL));
	await_running(1);
	f = submit(ex, hand_back, NULL);
	begin_and_await_sleep(&sleeper, f);
	assert_true(future_cancel(f));
	assert_int_equal(end(&sleeper), -ECANCELED);
	shared->stop = 1;
	future_free(f);
	executor_free(ex);
}

static void shutdown_that_cancels_wakes_who_sleeps(void **state)
{
	enum { N = 3000 };
	struct executor *ex = make_processes(1);
	struct future **fs = malloc(N * sizeof(struct future *));
	struct sleeper sleepers[2];

	(void)state;
	reset();
	assert_int_equal(
		executor_submit_many(ex, run_until_stop, NULL, N, 0, fs), 0);
	await_running(1);
	/* one has a record, one does not */
	begin_and_await_sleep(&sleepers[0], fs[1]);
	begin_and_await_sleep(&sleepers[1], fs[N - 1]);
	executor_shutdown(ex, EXECUTOR_NO_WAIT | EXECUTOR_CANCEL_FUTURES);
	for (int i = 0; i < 2; i++)
		assert_int_equal(end(&sleepers[i]), -ECANCELED);
	shared->stop = 1;
	assert_int_equal(future_result(fs[0], -1, NULL), 0);
	for (int i = 0; i < N; i++)
		future_free(fs[i]);
	executor_free(ex);
	free(fs);
}

static void death_wakes_who_sleeps_on_its_task(void **state)
{
	struct executor *ex = make_processes(2);
	struct sleeper sleepers[2];
	struct future *fs[2];
	int broken;

	(void)state;
	reset();
	for (int i = 0; i < 2; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	await_running(2);
	for (int i = 0; i < 2; i++)
		begin_and_await_sleep(&sleepers[i], fs[i]);
	kill(shared->pid[0], SIGKILL);
	while (!executor_lost_workers(ex))
		sched_yield();
	broken = future_done(fs[0]) ? 0 : 1;
	/* the other one sleeps on */
	assert_int_equal(end(&sleepers[broken]), -EPIPE);
	assert_false(future_done(fs[1 - broken]));
	shared->stop = 1;
	assert_int_equal(end(&sleepers[1 - broken]), 0);
	for (int i = 0; i < 2; i++)
		future_free(fs[i]);
	executor_free(ex);
}

/* A watch makes the keeper collect; it must ring for sleepers, too. */
static void sleepers_and_watchers_of_one_task_all_get_it(void **state)
{
	struct executor *ex = make_processes(2);
	struct sleeper sleeper;
	struct as_completed *it;
	struct future *f, *got;

	(void)state;
	reset();
	f = submit(ex, run_until_stop, NULL);
	begin_and_await_sleep(&sleeper, f);
	assert_int_equal(futures_as_completed(&f, 1, &it), 0);
	shared->stop = 1;
	assert_int_equal(as_completed_next(it, -1, &got), 1);
	assert_ptr_equal(got, f);
	assert_int_equal(end(&sleeper), 0);
	as_completed_free(it);
	future_free(f);
	executor_free(ex);
}

static void await_idle(int pid)
{
	while (!is_asleep(pid))
		sched_yield();
}

/* A waker that counts the dead one among the sleepers wakes no other. */
static void death_of_a_busy_worker_lets_an_idle_one_be_woken(void **state)
{
	struct executor *ex = make_processes(2);
	struct future *fs[2];
	int busy, pid[2];

	(void)state;
	reset();
	for (int i = 0; i < 2; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	await_running(2);
	shared->stop = 1;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
		pid[i] = shared->pid[i];
	}
	for (int i = 0; i < 2; i++)
		await_idle(pid[i]);
	reset();
	fs[0] = submit(ex, run_until_stop, NULL);
	await_running(1);
	busy = shared->pid[0] ? 0 : 1;
	kill(pid[busy], SIGKILL);
	assert_int_equal(future_result(fs[0], -1, NULL), -EPIPE);
	await_idle(pid[1 - busy]);
	fs[1] = submit(ex, hand_back, NULL);
	assert_int_equal(future_result(fs[1], -1, NULL), 0);
	for (int i = 0; i < 2; i++)
		future_free(fs[i]);
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_who_sleep_on_a_task_get_up),
		cmocka_unit_test(who_gives_up_leaves_the_others_their_wake_up),
		cmocka_unit_test(waiter_for_a_task_without_a_record_wakes),
		cmocka_unit_test(cancelling_wakes_who_sleeps_on_the_task),
		cmocka_unit_test(shutdown_that_cancels_wakes_who_sleeps),
		cmocka_unit_test(death_wakes_who_sleeps_on_its_task),
		cmocka_unit_test(sleepers_and_watchers_of_one_task_all_get_it),
		cmocka_unit_test(
			death_of_a_busy_worker_lets_an_idle_one_be_woken),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
