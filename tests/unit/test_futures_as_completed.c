/* SPDX-License-Identifier: GPL-3.0-or-later */
/* futures_as_completed: each once, in the order of completion. */
#include "test_futures.h"

#include <stdlib.h>

static struct as_completed *make_iterator(struct future *const *fs, size_t n)
{
	struct as_completed *it;

	assert_int_equal(futures_as_completed(fs, n, &it), 0);
	assert_non_null(it);
	return it;
}

static void futures_come_in_order_of_completion(void **state)
{
	const int order[] = {2, 0, 3, 1};
	struct executor *ex = make_executor(4);
	struct gate gate[4] = {GATE_INIT, GATE_INIT, GATE_INIT, GATE_INIT};
	struct future *fs[4], *f;
	struct as_completed *it;

	(void)state;
	for (int i = 0; i < 4; i++)
		fs[i] = submit(ex, wait_at_gate, &gate[i]);
	it = make_iterator(fs, 4);
	assert_int_equal(as_completed_next(it, 0, &f), -ETIMEDOUT);
	assert_null(f);
	for (int i = 0; i < 4; i++) {
		gate_open(&gate[order[i]]);
		assert_int_equal(as_completed_next(it, -1, &f), 1);
		assert_ptr_equal(f, fs[order[i]]);
		assert_true(future_done(f));
		future_free(f);
	}
	assert_int_equal(as_completed_next(it, -1, &f), 0);
	assert_null(f);
	as_completed_free(it);
	executor_free(ex);
}

static void nothing_ends_at_once(void **state)
{
	struct as_completed *it = make_iterator(NULL, 0);
	struct future *f;

	(void)state;
	assert_int_equal(as_completed_next(it, -1, &f), 0);
	as_completed_free(it);
	as_completed_free(NULL);
}

static void duplicates_are_yielded_once(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *done = submit(ex, hand_back, NULL), *slow, *f;
	struct as_completed *it;

	(void)state;
	assert_int_equal(future_result(done, -1, NULL), 0);
	slow = submit(ex, wait_at_gate, &gate);
	it = make_iterator(
		(struct future *[]){slow, done, slow, done, done}, 5);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, done);
	assert_int_equal(as_completed_next(it, 0, &f), -ETIMEDOUT);
	gate_open(&gate);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, slow);
	assert_int_equal(as_completed_next(it, -1, &f), 0);
	as_completed_free(it);
	future_free(done);
	future_free(slow);
	executor_free(ex);
}

static void cancelled_futures_are_yielded(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *fs[3], *f;
	struct as_completed *it;

	(void)state;
	for (int i = 0; i < 3; i++)
		fs[i] = submit(ex, wait_at_gate, &gate);
	it = make_iterator(fs, 3);
	assert_true(future_cancel(fs[1]));
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, fs[1]);
	executor_shutdown(ex, EXECUTOR_CANCEL_FUTURES | EXECUTOR_NO_WAIT);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, fs[2]);
	gate_open(&gate);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, fs[0]);
	as_completed_free(it);
	executor_free(ex);
	for (int i = 0; i < 3; i++)
		future_free(fs[i]);
}

static void several_executors_and_iterators_may_mix(void **state)
{
	struct executor *a = make_executor(2), *b = make_executor(3);
	struct future *fs[100], *f;
	struct as_completed *one, *two;

	(void)state;
	for (int i = 0; i < 100; i++)
		fs[i] = submit(i % 3 ? a : b, hand_back, NULL);
	one = make_iterator(fs, 100);
	two = make_iterator(fs, 50);
	for (int i = 0; i < 100; i++)
		assert_int_equal(as_completed_next(one, -1, &f), 1);
	assert_int_equal(as_completed_next(one, -1, &f), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(as_completed_next(two, -1, &f), 1);
	assert_int_equal(as_completed_next(two, -1, &f), 0);
	as_completed_free(one);
	as_completed_free(two);
	for (int i = 0; i < 100; i++)
		future_free(fs[i]);
	executor_free(a);
	executor_free(b);
}

static void iterator_may_be_given_up_early(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *fs[3], *f;
	struct as_completed *it;

	(void)state;
	fs[0] = submit(ex, hand_back, NULL);
	assert_int_equal(future_result(fs[0], -1, NULL), 0);
	fs[1] = submit(ex, wait_at_gate, &gate);
	fs[2] = submit(ex, hand_back, NULL);
	as_completed_free(make_iterator(fs, 3));
	it = make_iterator(fs, 3);
	assert_int_equal(as_completed_next(it, -1, &f), 1);
	assert_ptr_equal(f, fs[0]);
	assert_int_equal(as_completed_next(it, 1000000, &f), -ETIMEDOUT);
	as_completed_free(it);
	gate_open(&gate);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
	}
	executor_free(ex);
}

struct inside {
	struct executor *ex;
	struct gate *gate;
	int submitted, pending, done;
};

static int iterate_inside(void *arg, void **result)
{
	struct inside *in = arg;
	struct as_completed *it;
	struct future *f;

	(void)result;
	in->submitted = executor_submit(in->ex, wait_at_gate, in->gate, &f);
	if (in->submitted)
		return 0;
	in->pending = futures_as_completed(&f, 1, &it);
	as_completed_free(it);
	future_cancel(f);
	in->done = futures_as_completed(&f, 1, &it);
	as_completed_free(it);
	future_free(f);
	return 0;
}

static void waiting_for_ones_own_pool_is_edeadlk(void **state)
{
	struct gate gate = GATE_INIT;
	struct inside in = {.ex = make_executor(1), .gate = &gate};
	struct future *f = submit(in.ex, iterate_inside, &in);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	executor_free(in.ex);
	assert_int_equal(in.submitted, 0);
	assert_int_equal(in.pending, -EDEADLK);
	assert_int_equal(in.done, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(futures_come_in_order_of_completion),
		cmocka_unit_test(nothing_ends_at_once),
		cmocka_unit_test(duplicates_are_yielded_once),
		cmocka_unit_test(cancelled_futures_are_yielded),
		cmocka_unit_test(several_executors_and_iterators_may_mix),
		cmocka_unit_test(iterator_may_be_given_up_early),
		cmocka_unit_test(waiting_for_ones_own_pool_is_edeadlk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
