/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lazy map: order, bound, and what is given up. */
#include "test_futures.h"

struct numbers {
	int drawn, end; /* end < 0: endless */
	int value[1000];
};

static bool draw(void *ctx, void **arg)
{
	struct numbers *n = ctx;

	if (n->drawn == n->end)
		return false;
	n->value[n->drawn % 1000] = n->drawn;
	*arg = &n->value[n->drawn++ % 1000];
	return true;
}

static void lazy_map_yields_in_order(void **state)
{
	struct executor *ex = make_executor(4);
	struct numbers n = {.end = 1000};
	struct lazy_map *it;
	struct future *f;
	void *result;

	(void)state;
	assert_int_equal(lazy_map_create(&it, ex, hand_back, draw, &n, 16), 0);
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(lazy_map_next(it, LONG_NS, &f), 1);
		assert_int_equal(future_result(f, 0, &result), 0);
		assert_int_equal(*(int *)result, i);
	}
	assert_int_equal(lazy_map_next(it, -1, &f), 0);
	assert_null(f);
	lazy_map_free(it);
	executor_free(ex);
}

static void lazy_map_takes_no_more_than_it_may_be_ahead(void **state)
{
	struct executor *ex = make_executor(2);
	struct numbers n = {.end = -1};
	struct lazy_map *it;
	struct future *f;

	(void)state;
	assert_int_equal(lazy_map_create(&it, ex, hand_back, draw, &n, 5), 0);
	assert_int_equal(n.drawn, 5);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(lazy_map_next(it, -1, &f), 1);
		assert_int_equal(n.drawn, 6 + i);
	}
	lazy_map_free(it);
	executor_free(ex);
}

static bool draw_gate(void *ctx, void **arg)
{
	*arg = ctx;
	return true;
}

static void lazy_map_given_up_cancels_what_has_not_begun(void **state)
{
	struct executor *ex = make_executor(1);
	struct gate gate = GATE_INIT;
	struct lazy_map *it;
	struct future *f;

	(void)state;
	assert_int_equal(
		lazy_map_create(&it, ex, wait_at_gate, draw_gate, &gate, 10),
		0);
	gate_await(&gate, 1);
	assert_int_equal(lazy_map_next(it, 0, &f), -ETIMEDOUT);
	lazy_map_free(it);
	gate_open(&gate);
	executor_free(ex);
	assert_int_equal(gate.entered, 1);
}

static void lazy_map_of_nothing_ends_at_once(void **state)
{
	struct executor *ex = make_executor(1);
	struct numbers n = {.end = 0};
	struct lazy_map *it;
	struct future *f;

	(void)state;
	assert_int_equal(
		lazy_map_create(&it, ex, hand_back, draw, &n, 0), -EINVAL);
	assert_null(it);
	assert_int_equal(lazy_map_create(&it, ex, hand_back, draw, &n, 1), 0);
	assert_int_equal(lazy_map_next(it, -1, &f), 0);
	lazy_map_free(it);
	lazy_map_free(NULL);
	executor_free(ex);
}

static void lazy_map_refused_half_way_tells_after_the_rest(void **state)
{
	struct executor *ex = make_executor(2);
	struct numbers n = {.end = -1};
	struct lazy_map *it;
	struct future *f;

	(void)state;
	assert_int_equal(lazy_map_create(&it, ex, hand_back, draw, &n, 3), 0);
	executor_shutdown(ex, 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(lazy_map_next(it, -1, &f), 1);
	assert_int_equal(lazy_map_next(it, -1, &f), -ESHUTDOWN);
	lazy_map_free(it);
	assert_int_equal(
		lazy_map_create(&it, ex, hand_back, draw, &n, 3), -ESHUTDOWN);
	executor_free(ex);
}

struct gates {
	int drawn;
	struct gate gate[4];
};

static bool draw_next_gate(void *ctx, void **arg)
{
	struct gates *g = ctx;

	if (g->drawn == 4)
		return false;
	*arg = &g->gate[g->drawn++];
	return true;
}

/* One runs, one may be pending: of three ahead the last has no room. */
static void lazy_map_does_not_wait_for_room_once_it_can_yield(void **state)
{
	struct executor_options options = {.max_workers = 1, .max_pending = 1};
	struct gates g = {.gate = {GATE_INIT, GATE_INIT, GATE_INIT, GATE_INIT}};
	struct executor *ex;
	struct lazy_map *it;
	struct future *f;
	void *result;

	(void)state;
	assert_int_equal(executor_create_with(&ex, &options), 0);
	assert_int_equal(
		lazy_map_create(&it, ex, wait_at_gate, draw_next_gate, &g, 3),
		0);
	assert_int_equal(lazy_map_next(it, 0, &f), -ETIMEDOUT);
	for (int i = 0; i < 4; i++) {
		gate_open(&g.gate[i]);
		assert_int_equal(lazy_map_next(it, LONG_NS, &f), 1);
		assert_int_equal(future_result(f, 0, &result), 0);
		assert_ptr_equal(result, &g.gate[i]);
	}
	assert_int_equal(lazy_map_next(it, LONG_NS, &f), 0);
	lazy_map_free(it);
	executor_free(ex);
}

/* The room is another's: there is nothing to yield, and nothing to wait for. */
static void lazy_map_waits_for_room_as_long_as_it_is_told(void **state)
{
	struct executor_options options = {.max_workers = 1, .max_pending = 1};
	struct gates g = {.drawn = 2,
		.gate = {GATE_INIT, GATE_INIT, GATE_INIT, GATE_INIT}};
	struct executor *ex;
	struct lazy_map *it;
	struct future *f;

	(void)state;
	assert_int_equal(executor_create_with(&ex, &options), 0);
	gate_open(&g.gate[2]);
	assert_int_equal(
		lazy_map_create(&it, ex, wait_at_gate, draw_next_gate, &g, 1),
		0);
	gate_await(&g.gate[2], 1);
	future_free(submit(ex, wait_at_gate, &g.gate[0]));
	gate_await(&g.gate[0], 1);
	future_free(submit(ex, hand_back, NULL));
	assert_int_equal(lazy_map_next(it, LONG_NS, &f), 1);
	assert_int_equal(lazy_map_next(it, 0, &f), -ETIMEDOUT);
	assert_int_equal(lazy_map_next(it, 1000000, &f), -ETIMEDOUT);
	gate_open(&g.gate[0]);
	gate_open(&g.gate[3]);
	assert_int_equal(lazy_map_next(it, LONG_NS, &f), 1);
	assert_int_equal(lazy_map_next(it, LONG_NS, &f), 0);
	lazy_map_free(it);
	executor_free(ex);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lazy_map_yields_in_order),
		cmocka_unit_test(lazy_map_takes_no_more_than_it_may_be_ahead),
		cmocka_unit_test(lazy_map_given_up_cancels_what_has_not_begun),
		cmocka_unit_test(lazy_map_of_nothing_ends_at_once),
		cmocka_unit_test(
			lazy_map_does_not_wait_for_room_once_it_can_yield),
		cmocka_unit_test(lazy_map_waits_for_room_as_long_as_it_is_told),
		cmocka_unit_test(
			lazy_map_refused_half_way_tells_after_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
