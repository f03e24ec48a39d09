/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a task on a process may do, and what becomes of it. */
#include "test_processes.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>

static int code_of(struct executor *ex, task_fn *fn, void *arg)
{
	struct future *f = submit(ex, fn, arg);
	int code = future_result(f, LONG_NS, NULL);

	future_free(f);
	return code;
}

/* Parent and child return; the child's word must not count. */
static int fork_and_return(void *arg, void **result)
{
	pid_t pid = fork();
	int status = -1;

	(void)arg;
	(void)result;
	if (!pid)
		return 1;
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -ECHILD;
	return status ? -EPROTO : 0;
}

static void child_of_a_task_ends_where_that_returns(void **state)
{
	struct executor *ex = make_processes(1);

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_int_equal(code_of(ex, fork_and_return, NULL), 0);
		assert_int_equal(code_of(ex, hand_back, NULL), 0);
	}
	executor_free(ex);
}

/* 0 if all the ways to submit to the task's own executor say the same. */
static int submit_to_own(void *ex, void **result)
{
	struct future *f;

	(void)result;
	if (executor_submit(ex, hand_back, NULL, NULL) != -EDEADLK)
		return 1;
	if (executor_try_submit(ex, hand_back, NULL, NULL) != -EDEADLK)
		return 2;
	if (executor_submit_many(ex, hand_back, NULL, 1, 0, &f) != -EDEADLK)
		return 3;
	return executor_map(ex, hand_back, NULL, 1, 0, NULL) != -EDEADLK;
}

static void submit_in_a_task_on_a_process_is_edeadlk(void **state)
{
	struct executor *ex = make_processes(1);

	(void)state;
	/* forked later than it was made, so the worker has it at this address */
	assert_int_equal(code_of(ex, submit_to_own, ex), 0);
	assert_int_equal(code_of(ex, hand_back, NULL), 0);
	executor_free(ex);
}

static int map_on_own_processes(void *arg, void **result)
{
	struct executor_options options = {
		.kind = EXECUTOR_PROCESSES, .max_workers = 2};
	struct executor *ex;
	int rc = executor_create_with(&ex, &options);

	(void)arg;
	(void)result;
	if (rc)
		return rc;
	rc = executor_map(ex, hand_back, NULL, 100, 0, NULL);
	executor_free(ex);
	return rc;
}

static void task_may_have_processes_of_its_own(void **state)
{
	struct executor *ex;

	(void)state;
#if defined(__SANITIZE_THREAD__)
	skip(); /* TSan lets no child of fork start threads */
#endif
	ex = make_processes(1);
	assert_int_equal(code_of(ex, map_on_own_processes, NULL), 0);
	executor_free(ex);
}

static int point_behind(void *arg, void **result)
{
	*result = (char *)arg + 8;
	return 0;
}

static void pointer_to_the_end_of_the_bytes_comes_back(void **state)
{
	struct executor *ex = make_processes(1);
	char bytes[16] = "";
	struct future *f;
	void *result;

	(void)state;
	assert_int_equal(
		executor_submit_many(ex, point_behind, bytes, 1, 8, &f), 0);
	assert_int_equal(future_result(f, LONG_NS, &result), 0);
	assert_ptr_equal(result, bytes + 8);
	future_free(f);
	executor_free(ex);
}

static int print(void *arg, void **result)
{
	(void)result;
	(void)fputs(arg, stdout);
	return 0;
}

/* As through a pipe or into a file: nothing is flushed by a line's end. */
static void what_tasks_print_is_written_once_when_they_end(void **state)
{
	static char buffer[BUFSIZ]; /* stdout keeps it */
	char text[64] = "";
	char line[2][16] = {"task\n", "another\n"};
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO);
	struct executor *ex;

	(void)state;
	assert_true(file && out >= 0);
	(void)fflush(stdout);
	assert_int_equal(dup2(fileno(file), STDOUT_FILENO), STDOUT_FILENO);
	(void)setvbuf(stdout, buffer, _IOFBF, BUFSIZ);
	(void)fputs("parent\n", stdout);
	ex = make_processes(1);
	(void)executor_submit(ex, print, line[0], NULL);
	(void)executor_submit(ex, print, line[1], NULL);
	executor_free(ex);
	(void)fflush(stdout);
	assert_int_equal(dup2(out, STDOUT_FILENO), STDOUT_FILENO);
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	(void)close(out);
	(void)!pread(fileno(file), text, sizeof(text) - 1, 0);
	assert_string_equal(text, "task\nanother\nparent\n");
	(void)fclose(file);
}

static int close_all(void *arg)
{
	(void)arg;
	closefrom(STDERR_FILENO + 1);
	return 0;
}

static void worker_that_has_closed_its_descriptor_dies(void **state)
{
	struct executor_options options = {.kind = EXECUTOR_PROCESSES,
		.max_workers = 2,
		.initializer = close_all};
	struct executor *ex;

	(void)state;
	assert_int_equal(executor_create_with(&ex, &options), -EPIPE);
}

static void the_largest_limit_is_none(void **state)
{
	struct executor_options options = {.kind = EXECUTOR_PROCESSES,
		.max_workers = 4,
		.max_pending = SIZE_MAX};
	struct executor *ex;

	(void)state;
	reset();
	assert_int_equal(executor_create_with(&ex, &options), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			executor_try_submit(ex, run_until_stop, NULL, NULL), 0);
	shared->stop = 1;
	executor_free(ex);
	assert_int_equal(shared->ran, 10);
}

struct mapping {
	struct executor *ex;
	int rc;
};

enum { MANY = 3000 }; /* more than a map has submitted at a time */

static void *map_many(void *arg)
{
	struct mapping *m = arg;

	m->rc = executor_map(m->ex, run_until_stop, NULL, MANY, 0, NULL);
	return NULL;
}

/* Shuts down in the middle of a map; returns what that returned. */
static int shut_down_amid_a_map(unsigned flags)
{
	struct mapping m = {.ex = make_processes(1)};
	pthread_t thread;

	reset();
	assert_int_equal(pthread_create(&thread, NULL, map_many, &m), 0);
	await_running(1);
	assert_int_equal(executor_shutdown(m.ex, EXECUTOR_NO_WAIT | flags), 0);
	assert_int_equal(
		executor_submit(m.ex, hand_back, NULL, NULL), -ESHUTDOWN);
	shared->stop = 1;
	assert_int_equal(executor_shutdown(m.ex, 0), 0);
	(void)pthread_join(thread, NULL);
	executor_free(m.ex);
	return m.rc;
}

static void shutdown_lets_a_map_on_processes_end(void **state)
{
	(void)state;
	assert_int_equal(shut_down_amid_a_map(0), 0);
	assert_int_equal(shared->ran, MANY);
}

static void shutdown_cancels_the_rest_of_a_map_on_processes(void **state)
{
	(void)state;
	assert_int_equal(
		shut_down_amid_a_map(EXECUTOR_CANCEL_FUTURES), -ECANCELED);
	assert_int_equal(shared->ran, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_of_a_task_ends_where_that_returns),
		cmocka_unit_test(submit_in_a_task_on_a_process_is_edeadlk),
		cmocka_unit_test(task_may_have_processes_of_its_own),
		cmocka_unit_test(pointer_to_the_end_of_the_bytes_comes_back),
		cmocka_unit_test(
			what_tasks_print_is_written_once_when_they_end),
		cmocka_unit_test(worker_that_has_closed_its_descriptor_dies),
		cmocka_unit_test(the_largest_limit_is_none),
		cmocka_unit_test(shutdown_lets_a_map_on_processes_end),
		cmocka_unit_test(
			shutdown_cancels_the_rest_of_a_map_on_processes),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
