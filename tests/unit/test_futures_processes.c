/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The executor whose workers are processes: the same promises, what goes in
 * and out, and what happens to workers that die.
 */
#include "test_processes.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

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

static int tell_pid(void *arg, void **result)
{
	int index = executor_worker_index();

	(void)arg;
	atomic_store(&shared->pid[index], (int)getpid());
	*result = (void *)(intptr_t)index;
	return 0;
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

static void more_tasks_than_slots_all_run(void **state)
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
	/* nobody looks until the end */
	executor_shutdown(ex, 0);
	for (int i = 0; i < N; i++) {
		assert_int_equal(future_result(fs[i], 0, NULL), 0);
		future_free(fs[i]);
	}
	assert_int_equal(shared->ran, N);
	executor_free(ex);
	free(fs);
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

static void dead_worker_breaks_its_future_and_no_other(void **state)
{
	struct executor *ex = make_processes(2);
	struct future *fs[10];
	int index, killed = 0;

	(void)state;
	reset();
	for (int i = 0; i < 10; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	await_running(2);
	assert_int_equal(executor_lost_workers(ex), 0);
	index = 0;
	kill(shared->pid[index], SIGKILL);
	/* the first two are running, and one of them is broken */
	assert_int_equal(futures_wait(fs, 2, FUTURES_FIRST_EXCEPTION, -1), 0);
	assert_int_equal(executor_lost_workers(ex), 1);
	shared->stop = 1;
	for (int i = 0; i < 10; i++) {
		int code = future_result(fs[i], -1, NULL);

		assert_true(code == 0 || (code == -EPIPE && i < 2));
		killed += code == -EPIPE;
		future_free(fs[i]);
	}
	assert_int_equal(killed, 1);
	executor_free(ex);
}

static void death_of_all_workers_breaks_the_executor(void **state)
{
	struct executor *ex = make_processes(2);
	struct future *fs[3000];

	(void)state;
	reset();
	for (int i = 0; i < 3000; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	await_running(2);
	kill(shared->pid[0], SIGKILL);
	kill(shared->pid[1], SIGKILL);
	for (int i = 0; i < 3000; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), -EPIPE);
		future_free(fs[i]);
	}
	assert_int_equal(executor_lost_workers(ex), 2);
	assert_int_equal(executor_submit(ex, hand_back, NULL, NULL), -EPIPE);
	executor_free(ex);
}

static int exit_early(void *arg, void **result)
{
	(void)result;
	_exit(*(int *)arg);
}

static void task_that_exits_is_a_dead_worker(void **state)
{
	int code = 0;
	struct executor *ex = make_processes(2);
	struct future *f = submit(ex, exit_early, &code);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), -EPIPE);
	future_free(f);
	executor_free(ex);
}

static void shutdown_without_waiting_survives_a_death(void **state)
{
	struct executor *ex = make_processes(2);
	struct future *a, *b;

	(void)state;
	reset();
	a = submit(ex, run_until_stop, NULL);
	b = submit(ex, run_until_stop, NULL);
	await_running(2);
	executor_shutdown(ex, EXECUTOR_NO_WAIT);
	kill(shared->pid[0], SIGKILL);
	shared->stop = 1;
	executor_free(ex);
	assert_int_equal((future_result(a, 0, NULL) == -EPIPE) +
			(future_result(b, 0, NULL) == -EPIPE),
		1);
	future_free(a);
	future_free(b);
}

static void tests_own_child(void)
{
	struct executor *ex = make_processes(2);

	submit(ex, run_until_stop, NULL);
	submit(ex, run_until_stop, NULL);
	for (;;)
		pause();
}

static void workers_die_with_a_killed_parent(void **state)
{
	pid_t child;

	(void)state;
	reset();
	child = fork();
	if (!child)
		tests_own_child();
	await_running(2);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	/* a dead worker is init's to reap; a hang here is the failure */
	for (int i = 0; i < 2; i++)
		while (!kill(shared->pid[i], 0) || errno != ESRCH) {
			char path[64], text[256] = "";
			FILE *file;

			snprintf(path, sizeof(path), "/proc/%d/stat",
				shared->pid[i]);
			file = fopen(path, "r");
			if (!file)
				break;
			if (!fgets(text, sizeof(text), file))
				text[0] = '\0';
			fclose(file);
			if (strstr(text, ") Z "))
				break;
			sched_yield();
		}
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static int count_shared_maps(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	int n = 0;

	while (fgets(line, sizeof(line), maps))
		n += strstr(line, " rw-s ") != NULL;
	fclose(maps);
	return n;
}

/* One death: the rest of a pool of three finishes what it was given. */
static void kill_one(unsigned round)
{
	struct executor *ex = make_processes(3);
	struct future *fs[12];
	unsigned broken = 0, victim = round % 3;

	reset();
	for (int i = 0; i < 12; i++)
		fs[i] = submit(ex, run_until_stop, NULL);
	if (round % 2) /* in mid-task, else at any moment */
		await_running(3);
	while (!shared->pid[victim])
		sched_yield();
	kill(shared->pid[victim], SIGKILL);
	shared->stop = round % 4 != 1;
	if (!shared->stop) {
		assert_int_equal(
			futures_wait(fs, 3, FUTURES_FIRST_EXCEPTION, -1), 0);
		shared->stop = 1;
	}
	for (int i = 0; i < 12; i++) {
		int code = future_result(fs[i], -1, NULL);

		assert_true(code == 0 || code == -EPIPE);
		broken += code == -EPIPE;
		future_free(fs[i]);
	}
	assert_true(broken <= 1);
	if (round % 4 == 1) /* certainly in mid-task */
		assert_int_equal(broken, 1);
	executor_free(ex);
}

static void a_thousand_deaths_break_one_future_each_and_leak_nothing(
	void **state)
{
	const char *text = getenv("FUTURES_DEATHS");
	unsigned n = text ? (unsigned)strtoul(text, NULL, 10) : 1000;
	int fds, maps;

	(void)state;
	kill_one(0);
	fds = count_fds();
	maps = count_shared_maps();
	for (unsigned i = 0; i < n; i++)
		kill_one(i);
	assert_int_equal(count_fds(), fds);
	assert_int_equal(count_shared_maps(), maps);
	/* no child is left, dead or alive */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* An idle one may die too, and must not be waited for, nor take a wake-up. */
static void idle_workers_may_die_unnoticed(void **state)
{
	(void)state;
	for (int round = 0; round < 50; round++) {
		struct executor *ex = make_processes(3);
		struct future *f;
		void *index;

		reset();
		f = submit(ex, tell_pid, NULL);
		assert_int_equal(future_result(f, -1, &index), 0);
		future_free(f);
		kill(shared->pid[(intptr_t)index], SIGKILL);
		for (int i = 0; i < 100; i++) {
			f = submit(ex, hand_back, NULL);
			/* unless it was just taken by the dying one */
			int code = future_result(f, -1, NULL);

			assert_true(code == 0 || code == -EPIPE);
			future_free(f);
		}
		executor_free(ex);
	}
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
		cmocka_unit_test(more_tasks_than_slots_all_run),
		cmocka_unit_test(limit_holds_for_processes),
		cmocka_unit_test(processes_are_initialised_when_create_returns),
		cmocka_unit_test(dead_worker_breaks_its_future_and_no_other),
		cmocka_unit_test(death_of_all_workers_breaks_the_executor),
		cmocka_unit_test(task_that_exits_is_a_dead_worker),
		cmocka_unit_test(shutdown_without_waiting_survives_a_death),
		cmocka_unit_test(workers_die_with_a_killed_parent),
		cmocka_unit_test(
			a_thousand_deaths_break_one_future_each_and_leak_nothing),
		cmocka_unit_test(idle_workers_may_die_unnoticed),
		cmocka_unit_test(signals_stay_as_the_program_has_set_them),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
