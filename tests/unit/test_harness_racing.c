/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The racing rule on races whose outcome is known. race_table has error rates. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/gate/racing.h"

/* A cell of a race: its time, and how its trials end. */
struct runner {
	double time;
	struct failing failing; /* of each trial */
	bool invalid;           /* no trial gives a time */
};

/* A small noise between -1 and 1 %, in which no cell has an advantage. */
static double noise(size_t cell, size_t block)
{
	return 0.01 * ((double)((3 * cell + 7 * block) % 10) - 4.5) / 4.5;
}

static struct racing *race(const struct runner *runners, size_t cells)
{
	const struct racing_terms terms = {.cells = cells, .blocks = 20};
	struct racing *racing;

	assert_int_equal(racing_create(&racing, &terms), 0);
	do {
		for (size_t i = 0; i < cells; i++) {
			const struct runner *runner = &runners[i];

			if (racing->cells[i].state != RACING_IN)
				continue;
			racing_tell(racing, i,
				runner->invalid ? NAN
						: runner->time *
						(1 + noise(i, racing->block)),
				runner->failing);
		}
	} while (racing_end_block(racing));
	return racing;
}

static void a_slower_cell_is_dropped_at_the_first_look(void **state)
{
	const struct runner runners[] = {
		{.time = 150}, {.time = 50}, {.time = 51}, {.time = 49}};
	struct racing *racing = race(runners, 4);

	(void)state;
	assert_int_equal(racing->cells[0].state, RACING_SLOWER);
	assert_int_equal(racing->cells[0].blocks, RACING_FIRST_LOOK);
	assert_int_equal(racing->leader, 3);
	assert_int_equal(racing->cells[3].state, RACING_IN);
	racing_free(racing);
}

static void what_is_left_alone_still_gets_the_blocks_of_an_interval(
	void **state)
{
	const struct runner runners[] = {{.time = 50}, {.time = 100}};
	struct racing *racing = race(runners, 2);
	struct estimate ratio = racing_ratio(racing, 1, 0);

	(void)state;
	assert_int_equal(racing->cells[1].blocks, RACING_FIRST_LOOK);
	assert_int_equal(racing->cells[0].blocks, RACING_BLOCKS_MIN);
	assert_int_equal(racing->trials, RACING_BLOCKS_MIN + RACING_FIRST_LOOK);
	assert_true(ratio.value > 1.95 && ratio.value < 2.05);
	racing_free(racing);
}

static void equal_cells_stay_and_no_more_trials_than_allowed_are_run(
	void **state)
{
	struct runner runners[10];
	const struct racing_terms terms = {.cells = 10, .blocks = 20};
	struct racing *racing;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		runners[i] = (struct runner){.time = 50};
	racing = race(runners, 10);
	assert_int_equal(racing_trials_max(&terms), 70);
	assert_true(racing->trials <= 70);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(racing->cells[i].state, RACING_IN);
	racing_free(racing);
}

static void failing_fast_is_not_being_fast(void **state)
{
	const struct runner runners[] = {
		{.time = 10, .failing = {5, 20}},
		{.time = 50, .failing = {0, 20}},
		{.time = 60, .failing = {0, 20}},
	};
	struct racing *racing = race(runners, 3);

	(void)state;
	assert_int_equal(racing->cells[0].state, RACING_FAILING);
	assert_int_equal(racing->leader, 1);
	racing_free(racing);
}

static void cells_without_valid_trials_are_dropped(void **state)
{
	const struct runner runners[] = {
		{.invalid = true}, {.time = 50}, {.time = 50.1}};
	struct racing *racing = race(runners, 3);

	(void)state;
	assert_int_equal(racing->cells[0].state, RACING_INVALID);
	assert_int_equal(racing->cells[0].blocks, 2);
	assert_int_not_equal(racing->leader, 0);
	racing_free(racing);
}

static void a_race_of_invalid_cells_ends_without_a_leader(void **state)
{
	const struct runner runners[] = {{.invalid = true}, {.invalid = true}};
	struct racing *racing = race(runners, 2);

	(void)state;
	assert_int_equal(racing->leader, 2);
	assert_int_equal(racing->trials, 4);
	racing_free(racing);
}

static void the_simplest_of_the_fastest_is_chosen(void **state)
{
	const struct runner runners[] = {
		{.time = 50}, {.time = 50.1}, {.time = 80}};
	/* The simplest of all is slow. */
	const size_t order[] = {2, 1, 0};
	struct racing *racing = race(runners, 3);

	(void)state;
	assert_int_equal(racing->cells[1].state, RACING_IN);
	assert_int_equal(racing_choose(racing, order), 1);
	racing_free(racing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slower_cell_is_dropped_at_the_first_look),
		cmocka_unit_test(
			what_is_left_alone_still_gets_the_blocks_of_an_interval),
		cmocka_unit_test(
			equal_cells_stay_and_no_more_trials_than_allowed_are_run),
		cmocka_unit_test(failing_fast_is_not_being_fast),
		cmocka_unit_test(cells_without_valid_trials_are_dropped),
		cmocka_unit_test(a_race_of_invalid_cells_ends_without_a_leader),
		cmocka_unit_test(the_simplest_of_the_fastest_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
