/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Callbacks of process executors: in a thread of the executor's, one by one. */
#include "test_processes.h"

#include <signal.h>
#include <stdlib.h>

enum { MANY = 3000 };

static _Thread_local int depth;

struct nesting {
	struct future *fs[MANY];
	atomic_int deepest, called;
};

/* Looks at the others, which collects what is done by then. */
static void look_at_all(struct future *f, void *arg)
{
	struct nesting *n = arg;

	depth++;
	if (depth > atomic_load(&n->deepest))
		atomic_store(&n->deepest, depth);
	for (int i = 0; i < MANY; i += 100)
		(void)future_done(n->fs[i]);
	(void)f;
	depth--;
	atomic_fetch_add(&n->called, 1);
}

static void callbacks_do_not_nest(void **state)
{
	static struct nesting n;
	struct executor *ex = make_processes(2);

	(void)state;
	reset();
	for (int i = 0; i < MANY; i++)
		n.fs[i] = submit(ex, run_until_stop, NULL);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(
			future_add_done_callback(n.fs[i], look_at_all, &n), 0);
	shared->stop = 1;
	executor_shutdown(ex, 0);
	assert_int_equal(n.called, MANY);
	assert_int_equal(n.deepest, 1);
	for (int i = 0; i < MANY; i++)
		future_free(n.fs[i]);
	executor_free(ex);
}

static void take_lock(struct future *f, void *lock)
{
	(void)f;
	(void)pthread_mutex_lock(lock);
	(void)pthread_mutex_unlock(lock);
}

/* What is done by then has callbacks due, which want the lock we hold. */
static void no_call_about_others_calls_back(void **state)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct executor *ex = make_processes(2);
	struct future *last = NULL;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct future *f;

		(void)pthread_mutex_lock(&lock);
		f = submit(ex, hand_back, NULL);
		if (last)
			(void)future_state(last);
		(void)pthread_mutex_unlock(&lock);
		assert_int_equal(
			future_add_done_callback(f, take_lock, &lock), 0);
		future_free(last);
		last = f;
	}
	executor_free(ex);
	future_free(last);
}

static void free_it(struct future *f, void *arg)
{
	future_free(f);
	atomic_fetch_add((atomic_int *)arg, 1);
}

static void cancelling_on_processes_lets_a_callback_free_it(void **state)
{
	struct executor *ex = make_processes(1);
	atomic_int freed = 0;
	struct future *f;

	(void)state;
	reset();
	future_free(submit(ex, run_until_stop, NULL));
	f = submit(ex, hand_back, NULL);
	assert_int_equal(future_add_done_callback(f, free_it, &freed), 0);
	await_running(1);
	assert_true(future_cancel(f));
	assert_int_equal(freed, 1);
	shared->stop = 1;
	executor_free(ex);
}

static void note_signals(struct future *f, void *blocked)
{
	(void)f;
	(void)pthread_sigmask(SIG_BLOCK, NULL, blocked);
}

static void callbacks_have_the_signals_of_the_program(void **state)
{
	struct executor *ex = make_processes(1);
	struct future *f;
	sigset_t blocked;

	(void)state;
	reset();
	(void)sigfillset(&blocked);
	f = submit(ex, run_until_stop, NULL);
	assert_int_equal(
		future_add_done_callback(f, note_signals, &blocked), 0);
	shared->stop = 1;
	executor_free(ex);
	assert_int_equal(sigismember(&blocked, SIGTERM), 0);
	assert_int_equal(sigismember(&blocked, SIGSEGV), 0);
	future_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_do_not_nest),
		cmocka_unit_test(no_call_about_others_calls_back),
		cmocka_unit_test(
			cancelling_on_processes_lets_a_callback_free_it),
		cmocka_unit_test(callbacks_have_the_signals_of_the_program),
	};

	if (!map_shared())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
