/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When threads or processes cannot be started. The linker sends pthread_create
 * and fork of this program through __wrap_*, so the library needs no hook.
 */
#include "test_futures.h"

#include <fcntl.h>
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

static void with_one_thread_the_rest_queues(void **state)
{
	struct executor *ex = make_executor(4);
	struct gate gate = GATE_INIT;
	struct future *fs[4];

	(void)state;
	threads_left = 1;
	for (int i = 0; i < 4; i++) {
		fs[i] = submit(ex, wait_at_gate, &gate);
		assert_int_equal(future_state(fs[i]),
			i ? FUTURE_PENDING : FUTURE_RUNNING);
	}
	gate_open(&gate);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
	}
	executor_free(ex);
}

static void map_goes_on_with_fewer_workers(void **state)
{
	struct executor *ex = make_executor(8);
	atomic_int ran = 0;

	(void)state;
	threads_left = 2;
	assert_int_equal(executor_map(ex, count, &ran, 1000, 0, NULL), 0);
	assert_int_equal(ran, 1000);
	assert_int_equal(threads_left, 0);
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
	threads_left = 0; /* nobody to fork them */
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
		cmocka_unit_test(with_one_thread_the_rest_queues),
		cmocka_unit_test(map_goes_on_with_fewer_workers),
		cmocka_unit_test(threads_are_tried_again_later),
		cmocka_unit_test(
			without_all_its_processes_there_is_no_executor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
