/* SPDX-License-Identifier: GPL-3.0-or-later */
/* executor_map: order, failures, sharing the workers, cancelling. */
#include "test_futures.h"

#include <stdatomic.h>
#include <stdlib.h>

#define MANY 10000

static int count_up(void *arg, void **result)
{
	++*(int *)arg;
	*result = arg;
	return 0;
}

static void map_runs_each_once_with_results_in_order(void **state)
{
	const unsigned workers[] = {1, 2, 8, 64};
	int *x = calloc(MANY, sizeof(*x));
	void **results = calloc(MANY, sizeof(*results));

	(void)state;
	for (size_t w = 0; w < 4; w++) {
		struct executor *ex = make_executor(workers[w]);

		memset(x, 0, MANY * sizeof(*x));
		assert_int_equal(executor_map(ex, count_up, x, MANY, sizeof(*x),
					 results),
			0);
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(x[i], 1);
			assert_ptr_equal(results[i], &x[i]);
		}
		executor_free(ex);
	}
	free(results);
	free(x);
}

static void map_of_nothing_and_of_few_works(void **state)
{
	struct executor *ex = make_executor(8);
	int x[3] = {0};

	(void)state;
	assert_int_equal(executor_map(ex, count_up, NULL, 0, 4, NULL), 0);
	assert_int_equal(
		executor_map(ex, count_up, x, 3, sizeof(x[0]), NULL), 0);
	assert_int_equal(
		executor_map(ex, count_up, x, 1, sizeof(x[0]), NULL), 0);
	assert_int_equal(x[0], 2);
	assert_int_equal(x[1], 1);
	assert_int_equal(x[2], 1);
	executor_free(ex);
}

static int count_atomically(void *arg, void **result)
{
	(void)result;
	atomic_fetch_add((atomic_int *)arg, 1);
	return 0;
}

static void map_with_size_zero_gives_all_the_same_argument(void **state)
{
	struct executor *ex = make_executor(4);
	atomic_int x = 0;

	(void)state;
	assert_int_equal(
		executor_map(ex, count_atomically, &x, 1000, 0, NULL), 0);
	assert_int_equal(x, 1000);
	executor_free(ex);
}

struct element {
	int code;
	bool ran;
};

static int run_element(void *arg, void **result)
{
	struct element *e = arg;

	(void)result;
	e->ran = true;
	return e->code;
}

static void map_returns_first_failure_in_input_order(void **state)
{
	struct executor *ex = make_executor(4);
	struct element e[1000] = {0};

	(void)state;
	e[999].code = -EIO;
	e[500].code = -ENOENT;
	e[17].code = -EACCES;
	e[18].code = -EBADF;
	assert_int_equal(
		executor_map(ex, run_element, e, 1000, sizeof(e[0]), NULL),
		-EACCES);
	for (int i = 0; i < 1000; i++)
		assert_true(e[i].ran);
	executor_free(ex);
}

struct late {
	struct executor *ex;
	struct gate *gate;
	bool first;
};

static int open_gate(void *gate, void **result)
{
	(void)result;
	gate_open(gate);
	return 0;
}

/* The first element fails once the worker of the second has left the map. */
static int fail_late_or_early(void *arg, void **result)
{
	struct late *l = arg;

	(void)result;
	if (l->first) {
		gate_pass(l->gate);
		return -EACCES;
	}
	return executor_submit(l->ex, open_gate, l->gate, NULL) ? -EIO : -EBADF;
}

static void map_prefers_an_earlier_failure_that_comes_later(void **state)
{
	struct executor *ex = make_executor(2);
	struct gate gate = GATE_INIT;
	struct late l[2] = {{ex, &gate, true}, {ex, &gate, false}};

	(void)state;
	assert_int_equal(
		executor_map(ex, fail_late_or_early, l, 2, sizeof(l[0]), NULL),
		-EACCES);
	executor_free(ex);
}

struct order {
	unsigned *n;
	unsigned place;
};

static int note_place(void *arg, void **result)
{
	struct order *o = arg;

	(void)result;
	o->place = (*o->n)++;
	return 0;
}

static void map_gives_elements_out_in_order(void **state)
{
	struct executor *ex = make_executor(1);
	unsigned n = 0;
	struct order o[100];

	(void)state;
	for (int i = 0; i < 100; i++)
		o[i].n = &n;
	assert_int_equal(
		executor_map(ex, note_place, o, 100, sizeof(o[0]), NULL), 0);
	for (unsigned i = 0; i < 100; i++)
		assert_int_equal(o[i].place, i);
	executor_free(ex);
}

static int meet(void *barrier, void **result)
{
	(void)result;
	pthread_barrier_wait(barrier);
	return 0;
}

static void map_uses_all_workers_at_once(void **state)
{
	struct executor *ex = make_executor(8);
	pthread_barrier_t barrier;

	(void)state;
	pthread_barrier_init(&barrier, NULL, 8);
	/* with new workers, then with idle ones, then with some of each */
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			executor_map(ex, meet, &barrier, 24, 0, NULL), 0);
	executor_free(ex);
	ex = make_executor(8);
	assert_int_equal(executor_map(ex, hand_back, NULL, 3, 0, NULL), 0);
	assert_int_equal(executor_map(ex, meet, &barrier, 24, 0, NULL), 0);
	pthread_barrier_destroy(&barrier);
	executor_free(ex);
}

struct shutter {
	struct executor *ex;
	struct gate *gate;
	unsigned running;
};

static void *shut_down_then_open(void *arg)
{
	struct shutter *s = arg;

	gate_await(s->gate, s->running);
	executor_shutdown(s->ex, EXECUTOR_CANCEL_FUTURES | EXECUTOR_NO_WAIT);
	gate_open(s->gate);
	return NULL;
}

static void shutdown_cancels_the_rest_of_a_map(void **state)
{
	struct executor *ex = make_executor(3);
	struct gate gate = GATE_INIT;
	struct shutter s = {ex, &gate, 3};
	void *results[100];
	pthread_t thread;

	(void)state;
	pthread_create(&thread, NULL, shut_down_then_open, &s);
	assert_int_equal(executor_map(ex, wait_at_gate, &gate, 100, 0, results),
		-ECANCELED);
	pthread_join(thread, NULL);
	assert_int_equal(gate.entered, 3);
	for (int i = 0; i < 100; i++)
		assert_ptr_equal(results[i], i < 3 ? &gate : NULL);
	assert_int_equal(
		executor_map(ex, hand_back, NULL, 3, 0, NULL), -ESHUTDOWN);
	executor_free(ex);
}

struct mapper {
	struct executor *ex;
	atomic_int ran;
	int code;
};

static void *map_in_thread(void *arg)
{
	struct mapper *m = arg;

	m->code = executor_map(m->ex, count_atomically, &m->ran, 10, 0, NULL);
	return NULL;
}

static void shutdown_cancels_a_map_no_worker_has(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct mapper m = {.ex = ex};
	pthread_t thread;

	(void)state;
	assert_int_equal(executor_submit(ex, wait_at_gate, &gate, NULL), 0);
	pthread_create(&thread, NULL, map_in_thread, &m);
	/* whichever comes first, the map must not run and must return */
	executor_shutdown(ex, EXECUTOR_CANCEL_FUTURES | EXECUTOR_NO_WAIT);
	pthread_join(thread, NULL);
	assert_true(m.code == -ECANCELED || m.code == -ESHUTDOWN);
	assert_int_equal(m.ran, 0);
	gate_open(&gate);
	executor_free(ex);
}

static void maps_of_many_threads_share_the_workers(void **state)
{
	struct executor *ex = make_executor(3);
	struct mapper m[8];
	pthread_t thread[8];

	(void)state;
	for (int i = 0; i < 8; i++) {
		m[i] = (struct mapper){.ex = ex};
		pthread_create(&thread[i], NULL, map_in_thread, &m[i]);
	}
	for (int i = 0; i < 8; i++) {
		pthread_join(thread[i], NULL);
		assert_int_equal(m[i].code, 0);
		assert_int_equal(m[i].ran, 10);
	}
	executor_free(ex);
}

static int map_inside(void *arg, void **result)
{
	struct mapper *m = arg;

	(void)result;
	m->code = executor_map(m->ex, count_atomically, &m->ran, 10, 0, NULL);
	return 0;
}

static void map_in_ones_own_pool_is_edeadlk(void **state)
{
	struct mapper m = {.ex = make_executor(2)};

	(void)state;
	assert_int_equal(executor_submit(m.ex, map_inside, &m, NULL), 0);
	executor_free(m.ex);
	assert_int_equal(m.code, -EDEADLK);
	assert_int_equal(m.ran, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_runs_each_once_with_results_in_order),
		cmocka_unit_test(map_of_nothing_and_of_few_works),
		cmocka_unit_test(
			map_with_size_zero_gives_all_the_same_argument),
		cmocka_unit_test(map_returns_first_failure_in_input_order),
		cmocka_unit_test(
			map_prefers_an_earlier_failure_that_comes_later),
		cmocka_unit_test(map_gives_elements_out_in_order),
		cmocka_unit_test(map_uses_all_workers_at_once),
		cmocka_unit_test(shutdown_cancels_the_rest_of_a_map),
		cmocka_unit_test(shutdown_cancels_a_map_no_worker_has),
		cmocka_unit_test(maps_of_many_threads_share_the_workers),
		cmocka_unit_test(map_in_ones_own_pool_is_edeadlk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
