/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worker processes that die: what breaks, what goes on, and that nothing is left
 * behind.
 */
#include "test_processes.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dead_worker_breaks_its_future_and_no_other),
		cmocka_unit_test(death_of_all_workers_breaks_the_executor),
		cmocka_unit_test(task_that_exits_is_a_dead_worker),
		cmocka_unit_test(shutdown_without_waiting_survives_a_death),
		cmocka_unit_test(workers_die_with_a_killed_parent),
		cmocka_unit_test(
			a_thousand_deaths_break_one_future_each_and_leak_nothing),
		cmocka_unit_test(idle_workers_may_die_unnoticed),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
