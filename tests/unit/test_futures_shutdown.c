/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of an executor: what is pending, cancelled, or still awaited then. */
#include "test_futures_log.h"

static void shutdown_waits_for_what_is_pending(void **state)
{
	struct executor *ex = make_executor(1);
	struct log log = {0};
	struct entry e[64];
	struct future *f = (struct future *)1;

	(void)state;
	for (int i = 0; i < 64; i++) {
		e[i] = (struct entry){&log, i};
		assert_int_equal(
			executor_submit(ex, write_log, &e[i], NULL), 0);
	}
	assert_int_equal(executor_shutdown(ex, 0), 0);
	assert_int_equal(log.n, 64);
	assert_int_equal(executor_submit(ex, hand_back, NULL, &f), -ESHUTDOWN);
	assert_null(f);
	assert_int_equal(executor_shutdown(ex, 0), 0);
	executor_free(ex);
}

static void shutdown_of_an_unused_executor_returns(void **state)
{
	struct executor *ex = make_executor(4);

	(void)state;
	assert_int_equal(executor_shutdown(ex, 4), -EINVAL);
	assert_int_equal(executor_submit(ex, hand_back, NULL, NULL), 0);
	assert_int_equal(executor_shutdown(ex, 0), 0);
	executor_free(ex);
	executor_free(make_executor(1));
}

static void shutdown_without_waiting_lets_pending_tasks_finish(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *a = submit(ex, wait_at_gate, &gate);
	struct future *b = submit(ex, wait_at_gate, &gate);

	(void)state;
	assert_int_equal(executor_shutdown(ex, EXECUTOR_NO_WAIT), 0);
	assert_true(future_running(a));
	assert_int_equal(future_state(b), FUTURE_PENDING);
	gate_open(&gate);
	assert_int_equal(future_result(b, -1, NULL), 0);
	assert_int_equal(future_result(a, -1, NULL), 0);
	future_free(a);
	future_free(b);
	executor_free(ex);
}

static void shutdown_cancels_only_what_is_pending(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct future *fs[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		fs[i] = submit(ex, wait_at_gate, &gate);
	assert_int_equal(executor_shutdown(ex,
				 EXECUTOR_CANCEL_FUTURES | EXECUTOR_NO_WAIT),
		0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(future_state(fs[i]),
			i < 2 ? FUTURE_RUNNING : FUTURE_CANCELLED);
	gate_open(&gate);
	executor_free(ex);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(
			future_result(fs[i], -1, NULL), i < 2 ? 0 : -ECANCELED);
		future_free(fs[i]);
	}
}

static void future_outlives_its_executor(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct future *f = submit(ex, wait_at_gate, &gate);
	void *result;

	(void)state;
	gate_open(&gate);
	executor_free(ex);
	assert_described(f, "finished");
	assert_false(future_cancel(f));
	assert_int_equal(future_result(f, -1, &result), 0);
	assert_ptr_equal(result, &gate);
	future_free(f);
}

static void freed_futures_still_run(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct log log = {0};
	struct entry e[2] = {{&log, 1}, {&log, 2}};
	struct future *f = submit(ex, wait_at_gate, &gate);
	struct future *pending = submit(ex, write_log, &e[0]);

	(void)state;
	assert_int_equal(executor_submit(ex, write_log, &e[1], NULL), 0);
	future_free(pending);
	future_free(f);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(log.n, 2);
	assert_int_equal(log.entry[0], 1);
	assert_int_equal(log.entry[1], 2);
}

static void freed_futures_can_be_cancelled_by_shutdown(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct log log = {0};
	struct entry e = {&log, 1};

	(void)state;
	assert_int_equal(executor_submit(ex, wait_at_gate, &gate, NULL), 0);
	assert_int_equal(executor_submit(ex, write_log, &e, NULL), 0);
	future_free(submit(ex, write_log, &e));
	executor_shutdown(ex, EXECUTOR_CANCEL_FUTURES | EXECUTOR_NO_WAIT);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(log.n, 0);
}

/* Under AddressSanitizer: idle workers must have forgotten their last task. */
static void shutdown_may_follow_freed_futures(void **state)
{
	struct executor *ex = make_executor(1);
	struct future *f = submit(ex, hand_back, NULL);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	future_free(f);
	assert_int_equal(executor_shutdown(ex, EXECUTOR_CANCEL_FUTURES), 0);
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shutdown_waits_for_what_is_pending),
		cmocka_unit_test(shutdown_of_an_unused_executor_returns),
		cmocka_unit_test(
			shutdown_without_waiting_lets_pending_tasks_finish),
		cmocka_unit_test(shutdown_cancels_only_what_is_pending),
		cmocka_unit_test(future_outlives_its_executor),
		cmocka_unit_test(freed_futures_still_run),
		cmocka_unit_test(freed_futures_can_be_cancelled_by_shutdown),
		cmocka_unit_test(shutdown_may_follow_freed_futures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
