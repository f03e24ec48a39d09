/* SPDX-License-Identifier: GPL-3.0-or-later */
/* futures_wait, exceptions, and as_completed with a timeout or a shutdown. */
#include "test_futures.h"

#include <stdlib.h>

static int fail_task(void *arg, void **result)
{
	(void)arg;
	(void)result;
	return -ENOENT;
}

static void wait_for_all_waits_for_all(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {
		submit(ex, fail_task, NULL), submit(ex, wait_at_gate, &gate)};

	(void)state;
	assert_int_equal(
		futures_wait(fs, 2, FUTURES_ALL_COMPLETED, 0), -ETIMEDOUT);
	assert_int_equal(
		futures_wait(fs, 2, FUTURES_ALL_COMPLETED, 1000), -ETIMEDOUT);
	gate_open(&gate);
	assert_int_equal(futures_wait(fs, 2, FUTURES_ALL_COMPLETED, -1), 0);
	assert_true(future_done(fs[0]) && future_done(fs[1]));
	future_free(fs[0]);
	future_free(fs[1]);
	executor_free(ex);
}

static void wait_for_first_returns_with_one(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {
		submit(ex, wait_at_gate, &gate), submit(ex, hand_back, NULL)};

	(void)state;
	assert_int_equal(
		futures_wait(fs, 2, FUTURES_FIRST_COMPLETED, LONG_NS), 0);
	assert_false(future_done(fs[0]));
	assert_true(future_done(fs[1]));
	assert_int_equal(
		futures_wait(fs, 1, FUTURES_FIRST_COMPLETED, 0), -ETIMEDOUT);
	gate_open(&gate);
	future_free(fs[0]);
	future_free(fs[1]);
	executor_free(ex);
}

static void wait_for_exception_passes_success_and_cancelling_by(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {submit(ex, wait_at_gate, &gate),
		submit(ex, hand_back, NULL), submit(ex, hand_back, NULL)};
	struct future *failed;

	(void)state;
	assert_true(future_cancel(fs[2]));
	assert_int_equal(
		futures_wait(fs, 3, FUTURES_FIRST_EXCEPTION, 0), -ETIMEDOUT);
	failed = submit(ex, fail_task, NULL);
	gate_open(&gate);
	assert_int_equal(
		futures_wait(&failed, 1, FUTURES_FIRST_EXCEPTION, -1), 0);
	assert_int_equal(futures_wait(fs, 3, FUTURES_FIRST_EXCEPTION, -1), 0);
	for (int i = 0; i < 3; i++) {
		assert_true(future_done(fs[i]));
		future_free(fs[i]);
	}
	future_free(failed);
	executor_free(ex);
}

static void wait_for_exception_ends_with_the_first(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {
		submit(ex, wait_at_gate, &gate), submit(ex, fail_task, NULL)};

	(void)state;
	assert_int_equal(
		futures_wait(fs, 2, FUTURES_FIRST_EXCEPTION, LONG_NS), 0);
	assert_false(future_done(fs[0]));
	gate_open(&gate);
	future_free(fs[0]);
	future_free(fs[1]);
	executor_free(ex);
}

struct own_wait {
	struct executor *ex;
	struct future *done;
	int first, first_pending, all, polled;
};

static int wait_in_a_task(void *arg, void **result)
{
	struct own_wait *w = arg;
	struct future *fs[] = {NULL, w->done};

	(void)result;
	if (executor_submit(w->ex, hand_back, NULL, &fs[0]))
		return 1;
	w->first = futures_wait(fs, 2, FUTURES_FIRST_COMPLETED, -1);
	w->first_pending = futures_wait(fs, 1, FUTURES_FIRST_COMPLETED, -1);
	w->all = futures_wait(fs, 2, FUTURES_ALL_COMPLETED, -1);
	w->polled = futures_wait(fs, 1, FUTURES_FIRST_COMPLETED, 0);
	future_free(fs[0]);
	return 0;
}

static void waiting_in_a_task_is_edeadlk_only_if_it_must(void **state)
{
	struct own_wait w = {.ex = make_executor(1)};
	struct future *f;

	(void)state;
	w.done = submit(w.ex, hand_back, NULL);
	assert_int_equal(future_result(w.done, -1, NULL), 0);
	f = submit(w.ex, wait_in_a_task, &w);
	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_int_equal(w.first, 0);
	assert_int_equal(w.first_pending, -EDEADLK);
	assert_int_equal(w.all, -EDEADLK);
	assert_int_equal(w.polled, -ETIMEDOUT);
	future_free(w.done);
	future_free(f);
	executor_free(w.ex);
}

static void wait_with_duplicates_and_with_nothing_ends(void **state)
{
	struct executor *ex = make_executor(1);
	struct future *f = submit(ex, hand_back, NULL);
	struct future *fs[] = {f, f, f};

	(void)state;
	for (int when = 0; when < 3; when++) {
		enum futures_return_when w = (enum futures_return_when)when;

		assert_int_equal(futures_wait(fs, 3, w, -1), 0);
		assert_int_equal(futures_wait(NULL, 0, w, -1), 0);
	}
	assert_int_equal(
		futures_wait(fs, 3, (enum futures_return_when)9, -1), -EINVAL);
	future_free(f);
	executor_free(ex);
}

static void exception_tells_the_tasks_code_from_the_calls(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {submit(ex, fail_task, NULL),
		submit(ex, wait_at_gate, &gate), submit(ex, hand_back, NULL)};
	int code = 1;

	(void)state;
	assert_int_equal(future_exception(fs[0], -1, &code), 0);
	assert_int_equal(code, -ENOENT);
	assert_int_equal(future_exception(fs[1], 0, &code), -ETIMEDOUT);
	assert_int_equal(code, 0);
	assert_true(future_cancel(fs[2]));
	code = 1;
	assert_int_equal(future_exception(fs[2], -1, &code), -ECANCELED);
	assert_int_equal(code, 0);
	gate_open(&gate);
	assert_int_equal(future_exception(fs[1], -1, &code), 0);
	assert_int_equal(code, 0);
	for (int i = 0; i < 3; i++)
		future_free(fs[i]);
	executor_free(ex);
}

static void as_completed_may_have_a_timeout_for_the_whole(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *fs[] = {
		submit(ex, wait_at_gate, &gate), submit(ex, hand_back, NULL)};
	struct as_completed *it;
	struct future *f;

	(void)state;
	assert_int_equal(futures_wait(fs, 2, FUTURES_FIRST_COMPLETED, -1), 0);
	assert_int_equal(futures_as_completed(fs, 2, &it), 0);
	as_completed_set_timeout(it, 0);
	assert_int_equal(as_completed_next(it, -1, &f), 1); /* was done */
	assert_ptr_equal(f, fs[1]);
	assert_int_equal(as_completed_next(it, -1, &f), -ETIMEDOUT);
	as_completed_set_timeout(it, 1000);
	assert_int_equal(as_completed_next(it, LONG_NS, &f), -ETIMEDOUT);
	as_completed_set_timeout(it, -1);
	gate_open(&gate);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_int_equal(as_completed_next(it, -1, &f), 0);
	as_completed_free(it);
	future_free(fs[0]);
	future_free(fs[1]);
	executor_free(ex);
}

static void as_completed_yields_what_shutdown_cancelled(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *fs[20], *f;
	struct as_completed *it;
	int cancelled = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		fs[i] = submit(ex, wait_at_gate, &gate);
	assert_int_equal(futures_as_completed(fs, 20, &it), 0);
	executor_shutdown(ex, EXECUTOR_NO_WAIT | EXECUTOR_CANCEL_FUTURES);
	gate_open(&gate);
	while (as_completed_next(it, LONG_NS, &f) == 1)
		cancelled += future_cancelled(f);
	assert_int_equal(cancelled, 19);
	as_completed_free(it);
	for (int i = 0; i < 20; i++)
		future_free(fs[i]);
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait_for_all_waits_for_all),
		cmocka_unit_test(wait_for_first_returns_with_one),
		cmocka_unit_test(
			wait_for_exception_passes_success_and_cancelling_by),
		cmocka_unit_test(wait_for_exception_ends_with_the_first),
		cmocka_unit_test(waiting_in_a_task_is_edeadlk_only_if_it_must),
		cmocka_unit_test(wait_with_duplicates_and_with_nothing_ends),
		cmocka_unit_test(exception_tells_the_tasks_code_from_the_calls),
		cmocka_unit_test(as_completed_may_have_a_timeout_for_the_whole),
		cmocka_unit_test(as_completed_yields_what_shutdown_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
