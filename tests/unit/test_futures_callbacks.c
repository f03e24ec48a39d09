/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Done callbacks, and what as_completed does with them. */
#include "test_futures.h"

#include <stdatomic.h>
#include <stdlib.h>

struct calls {
	atomic_int n;
	int order[8];
	pthread_t thread[8];
	struct future *future;
};

struct numbered {
	struct calls *calls;
	int number;
};

static void note(struct future *f, void *arg)
{
	struct numbered *n = arg;
	int at = atomic_load(&n->calls->n);

	n->calls->order[at] = n->number;
	n->calls->thread[at] = pthread_self();
	n->calls->future = f;
	atomic_store(&n->calls->n, at + 1);
}

static void callbacks_run_in_order_on_the_worker(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct calls calls = {0};
	struct numbered n[] = {{&calls, 0}, {&calls, 1}, {&calls, 2}};
	struct future *f = submit(ex, wait_at_gate, &gate);

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(future_add_done_callback(f, note, &n[i]), 0);
	assert_int_equal(calls.n, 0);
	gate_open(&gate);
	executor_shutdown(ex, 0);
	assert_int_equal(calls.n, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(calls.order[i], i);
		assert_false(pthread_equal(calls.thread[i], pthread_self()));
	}
	assert_ptr_equal(calls.future, f);
	future_free(f);
	executor_free(ex);
}

static void callback_on_a_done_future_runs_at_once_in_the_caller(void **state)
{
	struct executor *ex = make_executor(1);
	struct calls calls = {0};
	struct numbered n = {&calls, 7};
	struct future *f = submit(ex, hand_back, NULL);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_int_equal(future_add_done_callback(f, note, &n), 0);
	assert_int_equal(calls.n, 1);
	assert_true(pthread_equal(calls.thread[0], pthread_self()));
	future_free(f);
	executor_free(ex);
}

static void cancelling_calls_back_in_the_canceller(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct calls calls = {0};
	struct numbered n[] = {{&calls, 0}, {&calls, 1}};
	struct future *fs[2];

	(void)state;
	future_free(submit(ex, wait_at_gate, &gate));
	for (int i = 0; i < 2; i++) {
		fs[i] = submit(ex, hand_back, NULL);
		assert_int_equal(
			future_add_done_callback(fs[i], note, &n[i]), 0);
	}
	assert_true(future_cancel(fs[0]));
	assert_int_equal(calls.n, 1);
	assert_true(future_cancel(fs[0])); /* again: no second call */
	assert_int_equal(calls.n, 1);
	executor_shutdown(ex, EXECUTOR_NO_WAIT | EXECUTOR_CANCEL_FUTURES);
	assert_int_equal(calls.n, 2);
	assert_true(pthread_equal(calls.thread[1], pthread_self()));
	gate_open(&gate);
	for (int i = 0; i < 2; i++)
		future_free(fs[i]);
	executor_free(ex);
}

static void free_it(struct future *f, void *arg)
{
	future_free(f);
	atomic_fetch_add((atomic_int *)arg, 1);
}

static void callback_may_free_its_future(void **state)
{
	struct executor *ex = make_executor(2);
	atomic_int freed = 0;

	(void)state;
	for (int i = 0; i < 500; i++)
		assert_int_equal(
			future_add_done_callback(
				submit(ex, hand_back, NULL), free_it, &freed),
			0);
	executor_free(ex);
	assert_int_equal(freed, 500);
}

static void count(struct future *f, void *arg)
{
	(void)f;
	atomic_fetch_add((atomic_int *)arg, 1);
}

static void callback_of_a_cancelled_future_may_free_it(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	atomic_int freed = 0;
	struct future *f;

	(void)state;
	future_free(submit(ex, wait_at_gate, &gate));
	f = submit(ex, hand_back, NULL);
	assert_int_equal(future_add_done_callback(f, free_it, &freed), 0);
	assert_true(future_cancel(f));
	assert_int_equal(freed, 1);
	gate_open(&gate);
	executor_free(ex);
}

static void callback_comes_though_the_future_was_freed(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	atomic_int called = 0;
	struct future *f = submit(ex, wait_at_gate, &gate);

	(void)state;
	assert_int_equal(future_add_done_callback(f, count, &called), 0);
	future_free(f);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(called, 1);
}

/* A tree of tasks: each done one submits two more, from its callback. */
struct tree {
	struct executor *ex;
	struct gate done;
	atomic_int left; /* to be submitted */
	atomic_int open; /* submitted, and not called back */
	atomic_int refused;
};

static void submit_two(struct future *f, void *arg)
{
	struct tree *t = arg;

	future_free(f);
	for (int i = 0; i < 2; i++) {
		if (atomic_fetch_sub(&t->left, 1) <= 0)
			break;
		atomic_fetch_add(&t->open, 1);
		if (executor_submit(t->ex, hand_back, t, &f) ||
			future_add_done_callback(f, submit_two, t))
			atomic_fetch_add(&t->refused, 1);
	}
	if (atomic_fetch_sub(&t->open, 1) == 1)
		gate_open(&t->done);
}

static void callbacks_may_submit_more(void **state)
{
	struct tree t = {.ex = make_executor(3),
		.done = GATE_INIT,
		.left = 2000,
		.open = 1};

	(void)state;
	assert_int_equal(future_add_done_callback(
				 submit(t.ex, hand_back, &t), submit_two, &t),
		0);
	gate_pass(&t.done);
	executor_free(t.ex);
	assert_int_equal(t.refused, 0);
	assert_int_equal(t.open, 0);
}

static void as_completed_goes_on_while_callbacks_submit_more(void **state)
{
	struct tree t = {.ex = make_executor(3),
		.done = GATE_INIT,
		.left = 500,
		.open = 100};
	struct future *fs[100], *fed[100], *f;
	struct as_completed *it;
	int got = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		fs[i] = submit(t.ex, hand_back, NULL);
		fed[i] = submit(t.ex, hand_back, NULL);
		assert_int_equal(
			future_add_done_callback(fed[i], submit_two, &t), 0);
	}
	assert_int_equal(futures_as_completed(fs, 100, &it), 0);
	while (as_completed_next(it, LONG_NS, &f) == 1)
		got++;
	assert_int_equal(got, 100);
	as_completed_free(it);
	gate_pass(&t.done);
	executor_free(t.ex);
	for (int i = 0; i < 100; i++)
		future_free(fs[i]);
}

static void wait_for_itself(struct future *f, void *arg)
{
	struct future *other;
	struct executor *ex = ((struct tree *)arg)->ex;

	(void)f;
	if (!executor_submit(ex, hand_back, arg, &other))
		((struct tree *)arg)->refused = future_result(other, -1, NULL);
	future_free(other);
	gate_open(&((struct tree *)arg)->done);
}

static void callback_that_waits_for_its_own_pool_is_edeadlk(void **state)
{
	struct tree t = {.ex = make_executor(1), .done = GATE_INIT};
	struct gate gate = GATE_INIT;
	struct future *f = submit(t.ex, wait_at_gate, &gate);

	(void)state;
	assert_int_equal(future_add_done_callback(f, wait_for_itself, &t), 0);
	gate_open(&gate);
	gate_pass(&t.done);
	executor_free(t.ex);
	assert_int_equal(t.refused, -EDEADLK);
	future_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_run_in_order_on_the_worker),
		cmocka_unit_test(
			callback_on_a_done_future_runs_at_once_in_the_caller),
		cmocka_unit_test(cancelling_calls_back_in_the_canceller),
		cmocka_unit_test(callback_may_free_its_future),
		cmocka_unit_test(callback_of_a_cancelled_future_may_free_it),
		cmocka_unit_test(callback_comes_though_the_future_was_freed),
		cmocka_unit_test(callbacks_may_submit_more),
		cmocka_unit_test(
			as_completed_goes_on_while_callbacks_submit_more),
		cmocka_unit_test(
			callback_that_waits_for_its_own_pool_is_edeadlk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
