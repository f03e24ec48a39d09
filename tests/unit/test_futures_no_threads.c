/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When threads or processes cannot be started. The linker sends pthread_create
 * and fork of this program through __wrap_*, so the library needs no hook.
 */
#include "test_futures.h"

#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* So many more threads may be started; the rest fail. */
static atomic_int threads_left;
static atomic_int forks_left;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	void *(*start)(void *), void *arg)
{
	if (atomic_load(&threads_left) <= 0)
		return EAGAIN;
	atomic_fetch_sub(&threads_left, 1);
	return __real_pthread_create(thread, attr, start, arg);
}

pid_t __real_fork(void);
pid_t __wrap_fork(void);

pid_t __wrap_fork(void)
{
	if (atomic_fetch_sub(&forks_left, 1) > 0)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

static int count(void *arg, void **result)
{
	(void)result;
	atomic_fetch_add((atomic_int *)arg, 1);
	return 0;
}

static void no_thread_at_all_is_eagain_and_runs_nothing(void **state)
{
	struct executor *ex = make_executor(4);
	struct future *f = (struct future *)1;
	atomic_int ran = 0;

	(void)state;
	threads_left = 0;
	assert_int_equal(executor_submit(ex, count, &ran, &f), -EAGAIN);
	assert_null(f);
	assert_int_equal(executor_map(ex, count, &ran, 100, 0, NULL), -EAGAIN);
	executor_free(ex);
	assert_int_equal(ran, 0);
}

static void too_few_threads_are_eagain(void **state)
{
	struct executor *ex = make_executor(4);
	struct gate gate = GATE_INIT;
	struct future *f, *next = (struct future *)1, *fs[3];
	atomic_int ran = 0;

	(void)state;
	threads_left = 1;
	f = submit(ex, wait_at_gate, &gate);
	assert_int_equal(executor_submit(ex, count, &ran, &next), -EAGAIN);
	assert_null(next);
	assert_int_equal(executor_try_submit(ex, count, &ran, NULL), -EAGAIN);
	assert_int_equal(
		executor_submit_many(ex, count, &ran, 3, 0, fs), -EAGAIN);
	assert_null(fs[0]);
	gate_open(&gate);
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	executor_free(ex);
	assert_int_equal(ran, 0);
}

static void idle_workers_need_no_new_threads(void **state)
{
	struct executor *ex = make_executor(4);
	atomic_int ran = 0;
	struct future *f;

	(void)state;
	threads_left = 1;
	f = submit(ex, count, &ran);
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	/* the worker may not be idle yet, and a submit then wants another */
	while (executor_submit(ex, count, &ran, &f) == -EAGAIN)
		sched_yield();
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	executor_free(ex);
	assert_int_equal(ran, 2);
}

static void map_with_too_few_threads_is_eagain(void **state)
{
	struct executor *ex = make_executor(8);
	atomic_int ran = 0;

	(void)state;
	threads_left = 2;
	assert_int_equal(executor_map(ex, count, &ran, 1000, 0, NULL), -EAGAIN);
	assert_int_equal(threads_left, 0);
	assert_true(ran <= 1000);
	threads_left = 6;
	assert_int_equal(executor_map(ex, count, &ran, 8, 0, NULL), 0);
	assert_int_equal(executor_map(ex, count, &ran, 1000, 0, NULL), 0);
	executor_free(ex);
}

static int remember(void *arg, void **result)
{
	*result = arg;
	return 0;
}

static void map_that_fails_tells_what_ran(void **state)
{
	enum { N = 100000 };
	static char args[N];
	static void *results[N];
	struct executor *ex = make_executor(3);
	size_t ran = 0;

	(void)state;
	threads_left = 2;
	assert_int_equal(
		executor_map(ex, remember, args, N, 1, results), -EAGAIN);
	while (ran < N && results[ran] == &args[ran])
		ran++;
	for (size_t i = ran; i < N; i++)
		assert_null(results[i]);
	executor_free(ex);
}

static void threads_are_tried_again_later(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *f;

	(void)state;
	threads_left = 0;
	assert_int_equal(
		executor_submit(ex, wait_at_gate, &gate, NULL), -EAGAIN);
	threads_left = 2;
	f = submit(ex, wait_at_gate, &gate);
	assert_true(future_running(f));
	future_free(f);
	f = submit(ex, wait_at_gate, &gate);
	assert_true(future_running(f));
	future_free(f);
	gate_open(&gate);
	executor_free(ex);
}

static int lowest_free_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)close(fd);
	return fd;
}

static void without_all_its_processes_there_is_no_executor(void **state)
{
	struct executor_options options = {
		.kind = EXECUTOR_PROCESSES, .max_workers = 3};
	struct executor *ex = (struct executor *)1;
	int fd = lowest_free_fd();

	(void)state;
	threads_left = 0; /* no thread for the keeper, which forks */
	assert_int_equal(executor_create_with(&ex, &options), -EAGAIN);
	assert_null(ex);
	for (int forks = 0; forks < 3; forks++) {
		threads_left = 1;
		forks_left = forks;
		assert_int_equal(executor_create_with(&ex, &options), -EAGAIN);
		assert_null(ex);
	}
	assert_int_equal(lowest_free_fd(), fd);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_thread_at_all_is_eagain_and_runs_nothing),
		cmocka_unit_test(too_few_threads_are_eagain),
		cmocka_unit_test(idle_workers_need_no_new_threads),
		cmocka_unit_test(map_with_too_few_threads_is_eagain),
		cmocka_unit_test(map_that_fails_tells_what_ran),
		cmocka_unit_test(threads_are_tried_again_later),
		cmocka_unit_test(
			without_all_its_processes_there_is_no_executor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
