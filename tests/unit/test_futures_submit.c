/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One task, one future: states, results, cancelling, shutting down. */
#include "test_futures_log.h"

static void create_rejects_no_workers_and_too_many(void **state)
{
	struct executor *ex = (struct executor *)1;

	(void)state;
	assert_int_equal(executor_create(&ex, 0), -EINVAL);
	assert_null(ex);
	assert_int_equal(
		executor_create(&ex, EXECUTOR_MAX_WORKERS + 1), -EINVAL);
	assert_null(ex);
	executor_free(NULL);
	future_free(NULL);
}

static void result_is_what_the_task_left(void **state)
{
	struct executor *ex = make_executor(2);
	int x;
	struct future *f = submit(ex, hand_back, &x);
	void *result;

	(void)state;
	assert_int_equal(future_result(f, -1, &result), 0);
	assert_ptr_equal(result, &x);
	assert_true(future_done(f));
	assert_false(future_running(f));
	assert_false(future_cancelled(f));
	assert_int_equal(future_result(f, 0, NULL), 0);
	future_free(f);
	executor_free(ex);
}

static int fail_with(void *arg, void **result)
{
	*result = arg;
	return -*(int *)arg;
}

static void result_is_the_tasks_code_and_what_it_left(void **state)
{
	struct executor *ex = make_executor(1);
	int code = ENOENT;
	struct future *f = submit(ex, fail_with, &code);
	void *result;

	(void)state;
	assert_int_equal(future_result(f, -1, &result), -ENOENT);
	assert_ptr_equal(result, &code);
	future_free(f);
	executor_free(ex);
}

static void first_submits_run_and_the_rest_pend(void **state)
{
	struct executor *ex = make_executor(3);
	struct gate gate = GATE_INIT;
	struct future *fs[5];

	(void)state;
	for (int i = 0; i < 5; i++) {
		fs[i] = submit(ex, wait_at_gate, &gate);
		assert_int_equal(future_state(fs[i]),
			i < 3 ? FUTURE_RUNNING : FUTURE_PENDING);
		assert_int_equal(future_running(fs[i]), i < 3);
		assert_false(future_done(fs[i]));
	}
	gate_open(&gate);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
	}
	executor_free(ex);
}

static void description_names_the_state(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *a = submit(ex, wait_at_gate, &gate);
	struct future *b = submit(ex, wait_at_gate, &gate);
	char text[8];

	(void)state;
	assert_described(a, "running");
	assert_described(b, "pending");
	assert_true(future_cancel(b));
	assert_described(b, "cancelled");
	gate_open(&gate);
	assert_int_equal(future_result(a, -1, NULL), 0);
	assert_described(a, "finished");
	assert_string_equal(future_describe(a, text, sizeof(text)), "<Future");
	future_free(a);
	future_free(b);
	executor_free(ex);
}

static void pending_tasks_start_first_in_first_out(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct log log = {0};
	struct entry e[64];

	(void)state;
	future_free(submit(ex, wait_at_gate, &gate));
	for (int i = 0; i < 64; i++) {
		e[i] = (struct entry){&log, i};
		assert_int_equal(
			executor_submit(ex, write_log, &e[i], NULL), 0);
	}
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(log.n, 64);
	for (int i = 0; i < 64; i++)
		assert_int_equal(log.entry[i], i);
}

static int tell_index(void *arg, void **result)
{
	*result = arg;
	*(int *)arg = executor_worker_index();
	return 0;
}

static void idle_worker_is_reused(void **state)
{
	struct executor *ex = make_executor(8);

	(void)state;
	for (int i = 0; i < 200; i++) {
		int index = -2;
		struct future *f = submit(ex, tell_index, &index);

		assert_int_equal(future_result(f, -1, NULL), 0);
		assert_int_equal(index, 0);
		future_free(f);
	}
	executor_free(ex);
}

struct meeting {
	struct gate gate;
	int index[8];
	unsigned n;
};

static int meet(void *arg, void **result)
{
	struct meeting *m = arg;

	(void)result;
	pthread_mutex_lock(&m->gate.lock);
	m->index[m->n++] = executor_worker_index();
	pthread_mutex_unlock(&m->gate.lock);
	gate_pass(&m->gate);
	return 0;
}

static void simultaneous_tasks_have_different_indexes(void **state)
{
	struct executor *ex = make_executor(8);
	struct meeting m = {.gate = GATE_INIT};
	unsigned seen = 0;

	(void)state;
	assert_int_equal(executor_worker_index(), -1);
	for (int i = 0; i < 8; i++)
		assert_int_equal(executor_submit(ex, meet, &m, NULL), 0);
	gate_await(&m.gate, 8);
	gate_open(&m.gate);
	executor_free(ex);
	for (int i = 0; i < 8; i++) {
		assert_in_range(m.index[i], 0, 7);
		seen |= 1u << m.index[i];
	}
	assert_int_equal(seen, 0xff);
}

static void one_idle_worker_does_not_hold_up_the_others(void **state)
{
	struct executor *ex = make_executor(8);
	struct meeting m = {.gate = GATE_INIT};
	struct future *f = submit(ex, hand_back, NULL);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	for (int i = 0; i < 8; i++)
		assert_int_equal(executor_submit(ex, meet, &m, NULL), 0);
	gate_await(&m.gate, 8);
	gate_open(&m.gate);
	executor_free(ex);
}

static void cancel_before_start_runs_nothing(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct log log = {0};
	struct entry e[3] = {{&log, 0}, {&log, 1}, {&log, 2}};
	struct future *first = submit(ex, wait_at_gate, &gate), *fs[3];
	void *result = &log;

	(void)state;
	for (int i = 0; i < 3; i++)
		fs[i] = submit(ex, write_log, &e[i]);
	assert_true(future_cancel(fs[1]));
	assert_true(future_cancel(fs[1]));
	assert_true(future_done(fs[1]));
	assert_true(future_cancelled(fs[1]));
	assert_int_equal(future_result(fs[1], -1, &result), -ECANCELED);
	assert_null(result);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(log.n, 2);
	assert_int_equal(log.entry[0], 0);
	assert_int_equal(log.entry[1], 2);
	for (int i = 0; i < 3; i++)
		future_free(fs[i]);
	future_free(first);
}

static void cancel_of_a_running_or_finished_task_is_refused(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *f = submit(ex, wait_at_gate, &gate);

	(void)state;
	assert_false(future_cancel(f));
	assert_true(future_running(f));
	gate_open(&gate);
	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_false(future_cancel(f));
	assert_false(future_cancelled(f));
	future_free(f);
	executor_free(ex);
}

static void *wait_for(void *f)
{
	return (void *)(intptr_t)future_result(f, LONG_NS, NULL);
}

static void cancel_wakes_those_who_wait(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *first = submit(ex, wait_at_gate, &gate);
	struct future *f = submit(ex, hand_back, NULL);
	pthread_t waiter[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&waiter[i], NULL, wait_for, f), 0);
	assert_true(future_cancel(f));
	for (int i = 0; i < 4; i++) {
		void *code;

		pthread_join(waiter[i], &code);
		assert_int_equal((intptr_t)code, -ECANCELED);
	}
	gate_open(&gate);
	future_free(f);
	future_free(first);
	executor_free(ex);
}

static void all_waiters_get_the_result(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *f = submit(ex, wait_at_gate, &gate);
	pthread_t waiter[4];

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(
			pthread_create(&waiter[i], NULL, wait_for, f), 0);
	gate_open(&gate);
	for (int i = 0; i < 4; i++) {
		void *code;

		pthread_join(waiter[i], &code);
		assert_int_equal((intptr_t)code, 0);
	}
	future_free(f);
	executor_free(ex);
}

static void result_times_out_and_may_be_asked_again(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *f = submit(ex, wait_at_gate, &gate);
	void *result = &gate;

	(void)state;
	assert_int_equal(future_result(f, 0, &result), -ETIMEDOUT);
	assert_null(result);
	assert_int_equal(future_result(f, 1000000, NULL), -ETIMEDOUT);
	assert_false(future_done(f));
	gate_open(&gate);
	assert_int_equal(future_result(f, LONG_NS, &result), 0);
	assert_ptr_equal(result, &gate);
	future_free(f);
	executor_free(ex);
}

struct nested {
	struct executor *ex;
	struct gate *gate;
	int polled, waited, inner, shut, index;
};

static int wait_for_own_pool(void *arg, void **result)
{
	struct nested *n = arg;
	struct future *f;

	(void)result;
	n->inner = executor_submit(n->ex, wait_at_gate, n->gate, &f);
	if (n->inner)
		return 0;
	n->polled = future_result(f, 0, NULL);
	n->waited = future_result(f, -1, NULL);
	n->shut = executor_shutdown(n->ex, 0);
	future_free(f);
	return 0;
}

static void waiting_for_ones_own_pool_is_edeadlk(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct nested n = {.ex = ex, .gate = &gate};
	struct future *f = submit(ex, wait_for_own_pool, &n);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_int_equal(n.inner, 0);
	assert_int_equal(n.polled, -ETIMEDOUT);
	assert_int_equal(n.waited, -EDEADLK);
	assert_int_equal(n.shut, -EDEADLK);
	/* all but the waiting was done */
	assert_int_equal(
		executor_submit(ex, hand_back, NULL, NULL), -ESHUTDOWN);
	gate_open(&gate);
	future_free(f);
	executor_free(ex);
}

static int wait_for_other_pool(void *arg, void **result)
{
	struct nested *n = arg;
	struct future *f;

	(void)result;
	n->inner = executor_submit(n->ex, tell_index, &n->index, &f);
	if (!n->inner) {
		n->waited = future_result(f, -1, NULL);
		future_free(f);
	}
	return 0;
}

static void waiting_for_another_pool_in_a_task_works(void **state)
{
	struct executor *outer = make_executor(1);
	struct nested n = {.ex = make_executor(1), .waited = 1, .index = -2};

	(void)state;
	assert_int_equal(
		executor_submit(outer, wait_for_other_pool, &n, NULL), 0);
	executor_free(outer);
	executor_free(n.ex);
	assert_int_equal(n.inner, 0);
	assert_int_equal(n.waited, 0);
	assert_int_equal(n.index, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_rejects_no_workers_and_too_many),
		cmocka_unit_test(result_is_what_the_task_left),
		cmocka_unit_test(result_is_the_tasks_code_and_what_it_left),
		cmocka_unit_test(first_submits_run_and_the_rest_pend),
		cmocka_unit_test(description_names_the_state),
		cmocka_unit_test(pending_tasks_start_first_in_first_out),
		cmocka_unit_test(idle_worker_is_reused),
		cmocka_unit_test(simultaneous_tasks_have_different_indexes),
		cmocka_unit_test(one_idle_worker_does_not_hold_up_the_others),
		cmocka_unit_test(cancel_before_start_runs_nothing),
		cmocka_unit_test(
			cancel_of_a_running_or_finished_task_is_refused),
		cmocka_unit_test(cancel_wakes_those_who_wait),
		cmocka_unit_test(all_waiters_get_the_result),
		cmocka_unit_test(result_times_out_and_may_be_asked_again),
		cmocka_unit_test(waiting_for_ones_own_pool_is_edeadlk),
		cmocka_unit_test(waiting_for_another_pool_in_a_task_works),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
