/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order and the seed of a block, and the items of a cell. */
#include "test_harness_plan.h"

#include "harness/plan/flags.h"

static void make_plan(struct plan *plan)
{
	struct fr_error err;

	assert_int_equal(plan_of(plan, "openmp", "1,2,3,4,5,6,7,8,9,10",
				 "1ms,2ms", REQUESTS, &err),
		0);
	assert_int_equal(plan->count, 20);
}

static void the_order_of_a_block_is_a_permutation(void **state)
{
	struct plan plan;
	size_t order[20];

	(void)state;
	make_plan(&plan);
	for (int64_t block = -3; block < 50; block++) {
		unsigned seen = 0;

		assert_int_equal(plan_order(&plan, 7, block, order), 0);
		for (size_t i = 0; i < 20; i++) {
			assert_true(order[i] < 20);
			seen |= 1u << order[i];
		}
		assert_int_equal(seen, (1u << 20) - 1);
	}
	plan_release(&plan);
}

static void the_seed_decides_the_order_and_blocks_differ(void **state)
{
	size_t one[20], other[20];
	struct plan plan;

	(void)state;
	make_plan(&plan);
	assert_int_equal(plan_order(&plan, 7, 1, one), 0);
	assert_int_equal(plan_order(&plan, 7, 1, other), 0);
	assert_memory_equal(one, other, sizeof(one));
	for (int64_t block = 2; block < 30; block++) {
		assert_int_equal(plan_order(&plan, 7, block, other), 0);
		assert_memory_not_equal(one, other, sizeof(one));
	}
	for (uint64_t seed = 8; seed < 30; seed++) {
		assert_int_equal(plan_order(&plan, seed, 1, other), 0);
		assert_memory_not_equal(one, other, sizeof(one));
	}
	plan_release(&plan);
}

/* Fixed values: a run that another version resumes keeps its seeds. */
static void every_block_has_a_seed_of_its_own(void **state)
{
	enum { SEEDS = 20, BLOCKS = 100 };
	uint64_t all[SEEDS * BLOCKS];

	(void)state;
	assert_int_equal(plan_seed(7, 1), 7);
	assert_true(plan_seed(1, 2) == UINT64_C(285097822449837));
	assert_true(plan_seed(1, 0) == UINT64_C(7771917260970010));
	assert_true(plan_seed(INT64_MAX, 1) == INT64_MAX);
	/* Runs with neighbouring seeds share no draws. */
	for (uint64_t seed = 0; seed < SEEDS; seed++)
		for (int64_t block = -1; block < BLOCKS - 1; block++)
			all[seed * BLOCKS + (uint64_t)(block + 1)] =
				plan_seed(seed, block);
	for (size_t i = 0; i < SEEDS * BLOCKS; i++) {
		assert_true(all[i] < (UINT64_C(1) << 53));
		for (size_t j = 0; j < i; j++)
			assert_true(all[i] != all[j]);
	}
}

/* Each cell leads some block, so that no cell is always disadvantaged. */
static void every_cell_gets_to_the_front(void **state)
{
	unsigned first = 0;
	struct plan plan;
	size_t order[20];

	(void)state;
	make_plan(&plan);
	for (int64_t block = 1; block <= 400; block++) {
		assert_int_equal(plan_order(&plan, 1, block, order), 0);
		first |= 1u << order[0];
	}
	assert_int_equal(first, (1u << 20) - 1);
	plan_release(&plan);
}

static void items_are_the_twenty_flags_over_and_over(void **state)
{
	const char **urls = flag_urls("http://127.0.0.1:8001", 41);

	(void)state;
	assert_non_null(urls);
	assert_string_equal(urls[0], "http://127.0.0.1:8001/flags/bd/bd.gif");
	assert_string_equal(urls[19], "http://127.0.0.1:8001/flags/vn/vn.gif");
	assert_string_equal(urls[40], urls[0]);
	for (size_t i = 1; i < POP20_COUNT; i++)
		assert_true(strcmp(pop20[i - 1], pop20[i]) < 0);
	free(urls);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_of_a_block_is_a_permutation),
		cmocka_unit_test(the_seed_decides_the_order_and_blocks_differ),
		cmocka_unit_test(every_block_has_a_seed_of_its_own),
		cmocka_unit_test(every_cell_gets_to_the_front),
		cmocka_unit_test(items_are_the_twenty_flags_over_and_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
