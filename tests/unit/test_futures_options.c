/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What executor_options ask for, and submitting many at once. */
#include "test_futures.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static struct executor *make_with(const struct executor_options *options)
{
	struct executor *ex;

	assert_int_equal(executor_create_with(&ex, options), 0);
	return ex;
}

static void unusable_options_are_einval(void **state)
{
	const struct executor_options bad[] = {
		{.max_workers = 0},
		{.max_workers = EXECUTOR_MAX_WORKERS + 1},
		{.max_workers = 1, .stack_size = 1},
		{.max_workers = 1, .kind = (enum executor_kind)7},
		{.max_workers = EXECUTOR_MAX_PROCESSES + 1,
			.kind = EXECUTOR_PROCESSES},
		{.max_workers = 1,
			.kind = EXECUTOR_PROCESSES,
			.max_arg_size = SIZE_MAX},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct executor *ex = (struct executor *)1;

		assert_int_equal(executor_create_with(&ex, &bad[i]), -EINVAL);
		assert_null(ex);
	}
}

static void as_many_workers_as_promised_can_be_had(void **state)
{
	struct executor *ex = make_with(&(struct executor_options){
		.max_workers = EXECUTOR_MAX_WORKERS});

	(void)state;
	executor_free(ex);
}

struct init {
	atomic_int calls, fail_at;
	atomic_int seen[4]; /* by worker index */
};

static int initialise(void *arg)
{
	struct init *init = arg;

	atomic_store(&init->seen[executor_worker_index()], 1);
	return atomic_fetch_add(&init->calls, 1) + 1 == init->fail_at;
}

struct seen {
	struct init *init;
	struct gate *gate;
};

static int was_initialised(void *arg, void **result)
{
	struct seen *s = arg;

	(void)result;
	gate_pass(s->gate);
	return atomic_load(&s->init->seen[executor_worker_index()]) ? 0
								    : -ENOENT;
}

static void initialiser_runs_once_on_each_worker_before_its_tasks(void **state)
{
	struct init init = {0};
	struct gate gate = GATE_INIT;
	struct seen seen = {&init, &gate};
	struct executor *ex =
		make_with(&(struct executor_options){.max_workers = 4,
			.initializer = initialise,
			.initializer_arg = &init});
	struct future *fs[12];

	(void)state;
	for (int i = 0; i < 12; i++)
		fs[i] = submit(ex, was_initialised, &seen);
	gate_await(&gate, 4);
	gate_open(&gate);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(future_result(fs[i], -1, NULL), 0);
		future_free(fs[i]);
	}
	executor_free(ex);
	assert_int_equal(init.calls, 4);
}

static void failing_initialiser_breaks_the_executor(void **state)
{
	struct init init = {.fail_at = 1};
	struct executor *ex =
		make_with(&(struct executor_options){.max_workers = 1,
			.initializer = initialise,
			.initializer_arg = &init});
	struct future *fs[8] = {NULL};
	int code = 1, i;

	(void)state;
	for (i = 0; i < 8; i++) /* until it is known */
		if (executor_submit(ex, hand_back, NULL, &fs[i]))
			break;
	assert_true(i > 0);
	for (int k = 0; k < i; k++) {
		assert_int_equal(future_result(fs[k], -1, NULL), -EPIPE);
		assert_int_equal(future_state(fs[k]), FUTURE_FINISHED);
		assert_int_equal(future_exception(fs[k], 0, &code), 0);
		assert_int_equal(code, -EPIPE);
		future_free(fs[k]);
	}
	assert_int_equal(executor_submit(ex, hand_back, NULL, NULL), -EPIPE);
	assert_int_equal(executor_map(ex, hand_back, NULL, 3, 0, NULL), -EPIPE);
	executor_free(ex);
}

static void failing_initialiser_breaks_a_map(void **state)
{
	struct init init = {.fail_at = 2};
	struct executor *ex =
		make_with(&(struct executor_options){.max_workers = 4,
			.initializer = initialise,
			.initializer_arg = &init});

	(void)state;
	/* by then all may be done, or the rest is broken: it never hangs */
	int rc = executor_map(ex, hand_back, NULL, 1000, 0, NULL);

	assert_true(rc == 0 || rc == -EPIPE);
	executor_free(ex);
}

static int tell_name(void *arg, void **result)
{
	(void)result;
	return -pthread_getname_np(pthread_self(), arg, 16);
}

static void assert_named(const char *prefix, const char *expected)
{
	struct executor *ex = make_with(&(struct executor_options){
		.max_workers = 1, .thread_name_prefix = prefix});
	char name[16] = "";
	struct future *f = submit(ex, tell_name, name);

	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_string_equal(name, expected);
	future_free(f);
	executor_free(ex);
}

static void threads_are_named_by_prefix_and_number(void **state)
{
	(void)state;
	assert_named("pool", "pool_0");
	assert_named("a-rather-long-prefix", "a-rather-long_0");
}

static int tell_stack_size(void *arg, void **result)
{
	pthread_attr_t attr;

	(void)result;
	if (pthread_getattr_np(pthread_self(), &attr))
		return -EIO;
	pthread_attr_getstacksize(&attr, arg);
	pthread_attr_destroy(&attr);
	return 0;
}

static void threads_have_the_stack_that_was_asked_for(void **state)
{
	struct executor *ex = make_with(&(struct executor_options){
		.max_workers = 1, .stack_size = 48 << 20});
	size_t size = 0;
	struct future *f = submit(ex, tell_stack_size, &size);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), 0);
	assert_int_equal(size, 48 << 20);
	future_free(f);
	executor_free(ex);
}

static void try_submit_never_waits_for_room(void **state)
{
	struct executor *ex = make_with(
		&(struct executor_options){.max_workers = 1, .max_pending = 2});
	struct gate gate = GATE_INIT;
	struct future *f;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			executor_try_submit(ex, wait_at_gate, &gate, NULL), 0);
	assert_int_equal(executor_try_submit(ex, hand_back, NULL, &f), -EAGAIN);
	assert_null(f);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(gate.entered, 3);
}

static void cancelling_makes_room(void **state)
{
	struct executor *ex = make_with(
		&(struct executor_options){.max_workers = 1, .max_pending = 1});
	struct gate gate = GATE_INIT;
	struct future *f;

	(void)state;
	future_free(submit(ex, wait_at_gate, &gate));
	f = submit(ex, hand_back, NULL);
	assert_int_equal(
		executor_try_submit(ex, hand_back, NULL, NULL), -EAGAIN);
	assert_true(future_cancel(f));
	future_free(f);
	assert_int_equal(executor_try_submit(ex, hand_back, NULL, NULL), 0);
	gate_open(&gate);
	executor_free(ex);
}

struct producer {
	struct executor *ex;
	struct gate *gate;
	atomic_int submitted;
	int rc;
};

static void *produce(void *arg)
{
	struct producer *p = arg;

	for (int i = 0; i < 100 && !p->rc; i++) {
		p->rc = executor_submit(p->ex, wait_at_gate, p->gate, NULL);
		if (!p->rc)
			atomic_fetch_add(&p->submitted, 1);
	}
	return NULL;
}

static void submit_waits_for_room_and_then_goes_on(void **state)
{
	struct gate gate = GATE_INIT;
	struct producer p = {.gate = &gate};
	pthread_t thread;

	(void)state;
	p.ex = make_with(
		&(struct executor_options){.max_workers = 2, .max_pending = 3});
	assert_int_equal(pthread_create(&thread, NULL, produce, &p), 0);
	gate_await(&gate, 2);
	assert_true(p.submitted <= 5);
	gate_open(&gate);
	pthread_join(thread, NULL);
	assert_int_equal(p.rc, 0);
	assert_int_equal(p.submitted, 100);
	executor_free(p.ex);
	assert_int_equal(gate.entered, 100);
}

static void shutdown_frees_those_who_wait_for_room(void **state)
{
	struct gate gate = GATE_INIT;
	struct producer p = {.gate = &gate};
	pthread_t thread;

	(void)state;
	p.ex = make_with(
		&(struct executor_options){.max_workers = 1, .max_pending = 1});
	assert_int_equal(pthread_create(&thread, NULL, produce, &p), 0);
	gate_await(&gate, 1);
	assert_int_equal(executor_shutdown(p.ex, EXECUTOR_NO_WAIT), 0);
	pthread_join(thread, NULL);
	assert_int_equal(p.rc, -ESHUTDOWN);
	gate_open(&gate);
	executor_free(p.ex);
	assert_int_equal(gate.entered, p.submitted);
}

static int submit_more(void *arg, void **result)
{
	struct executor *ex = arg;
	int rc = 0;

	(void)result;
	while (!rc)
		rc = executor_submit(ex, hand_back, NULL, NULL);
	return rc;
}

static void waiting_for_room_in_ones_own_pool_is_edeadlk(void **state)
{
	struct executor *ex = make_with(
		&(struct executor_options){.max_workers = 1, .max_pending = 4});
	struct future *f = submit(ex, submit_more, ex);

	(void)state;
	assert_int_equal(future_result(f, -1, NULL), -EDEADLK);
	future_free(f);
	executor_free(ex);
}

static void submit_many_gives_each_its_element_and_a_future(void **state)
{
	enum { N = 1000 };
	struct executor *ex = make_executor(4);
	struct future *fs[N];
	int args[N];

	(void)state;
	assert_int_equal(executor_submit_many(
				 ex, hand_back, args, N, sizeof(args[0]), fs),
		0);
	for (int i = 0; i < N; i++) {
		void *result;

		assert_int_equal(future_result(fs[i], -1, &result), 0);
		assert_ptr_equal(result, &args[i]);
		future_free(fs[i]);
	}
	assert_int_equal(
		executor_submit_many(ex, hand_back, args, 0, 1, fs), 0);
	executor_free(ex);
}

/* The workers sleep, and the submitter waits for room before it unlocks. */
static void submit_many_beyond_the_limit_wakes_idle_workers(void **state)
{
	struct executor *ex = make_with(
		&(struct executor_options){.max_workers = 2, .max_pending = 2});
	struct future *fs[6];

	(void)state;
	for (int round = 0; round < 200; round++) {
		assert_int_equal(
			executor_submit_many(ex, hand_back, NULL, 6, 0, fs), 0);
		for (int i = 0; i < 6; i++) {
			assert_int_equal(future_result(fs[i], -1, NULL), 0);
			future_free(fs[i]);
		}
	}
	executor_free(ex);
}

static void submit_many_with_size_zero_gives_all_the_same(void **state)
{
	struct executor *ex = make_executor(2);
	struct future *fs[3];
	void *result;

	(void)state;
	assert_int_equal(executor_submit_many(ex, hand_back, fs, 3, 0, fs), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(future_result(fs[i], -1, &result), 0);
		assert_ptr_equal(result, fs);
		future_free(fs[i]);
	}
	executor_free(ex);
}

static void submit_many_after_shutdown_leaves_no_future(void **state)
{
	struct executor *ex = make_executor(2);
	struct future *fs[3] = {(void *)1, (void *)1, (void *)1};

	(void)state;
	executor_shutdown(ex, 0);
	assert_int_equal(
		executor_submit_many(ex, hand_back, fs, 3, 0, fs), -ESHUTDOWN);
	for (int i = 0; i < 3; i++)
		assert_null(fs[i]);
	executor_free(ex);
}

static void spinning_workers_do_all_the_same(void **state)
{
	struct executor *ex = make_with(
		&(struct executor_options){.max_workers = 3, .spin = true});

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct future *f = submit(ex, hand_back, &i);
		void *result;

		assert_int_equal(future_result(f, -1, &result), 0);
		assert_ptr_equal(result, &i);
		future_free(f);
	}
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unusable_options_are_einval),
		cmocka_unit_test(as_many_workers_as_promised_can_be_had),
		cmocka_unit_test(
			initialiser_runs_once_on_each_worker_before_its_tasks),
		cmocka_unit_test(failing_initialiser_breaks_the_executor),
		cmocka_unit_test(failing_initialiser_breaks_a_map),
		cmocka_unit_test(threads_are_named_by_prefix_and_number),
		cmocka_unit_test(threads_have_the_stack_that_was_asked_for),
		cmocka_unit_test(try_submit_never_waits_for_room),
		cmocka_unit_test(cancelling_makes_room),
		cmocka_unit_test(submit_waits_for_room_and_then_goes_on),
		cmocka_unit_test(shutdown_frees_those_who_wait_for_room),
		cmocka_unit_test(waiting_for_room_in_ones_own_pool_is_edeadlk),
		cmocka_unit_test(
			submit_many_gives_each_its_element_and_a_future),
		cmocka_unit_test(
			submit_many_beyond_the_limit_wakes_idle_workers),
		cmocka_unit_test(submit_many_with_size_zero_gives_all_the_same),
		cmocka_unit_test(submit_many_after_shutdown_leaves_no_future),
		cmocka_unit_test(spinning_workers_do_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
