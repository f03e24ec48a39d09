/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The race rule on races whose outcome is known. race_table has error rates. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/gate/elimination.h"

/* A cell of a race: its time, and how its trials end. */
struct runner {
	double time;
	struct failing failing; /* of each trial */
	size_t none;            /* so many blocks, the first, give no time */
	bool excused;           /* and that is not its fault */
};

/* A small noise between -1 and 1 %, in which no cell has an advantage. */
static double noise(size_t cell, size_t block)
{
	return 0.01 * ((double)((3 * cell + 7 * block) % 10) - 4.5) / 4.5;
}

static struct elimination *run_race(const struct runner *runners, size_t cells)
{
	const struct elimination_terms terms = {.cells = cells, .blocks = 20};
	struct elimination *race;

	assert_int_equal(elimination_create(&race, &terms), 0);
	do {
		for (size_t i = 0; i < cells; i++) {
			const struct runner *runner = &runners[i];

			if (race->cells[i].state != ELIMINATION_IN)
				continue;
			elimination_tell(race, i,
				&(struct elimination_trial){
					.time = race->block < runner->none
						? NAN
						: runner->time *
							(1 + noise(i, race->block)),
					.failing = runner->failing,
					.excused = runner->excused});
		}
	} while (elimination_end_block(race));
	return race;
}

static void a_slower_cell_is_dropped_at_the_first_look(void **state)
{
	const struct runner runners[] = {
		{.time = 150}, {.time = 50}, {.time = 51}, {.time = 49}};
	struct elimination *race = run_race(runners, 4);

	(void)state;
	assert_int_equal(race->cells[0].state, ELIMINATION_SLOWER);
	assert_int_equal(race->cells[0].blocks, ELIMINATION_FIRST_LOOK);
	assert_int_equal(race->leader, 3);
	assert_int_equal(race->cells[3].state, ELIMINATION_IN);
	elimination_free(race);
}

static void what_is_left_alone_still_gets_the_blocks_of_an_interval(
	void **state)
{
	const struct runner runners[] = {{.time = 50}, {.time = 100}};
	struct elimination *race = run_race(runners, 2);
	struct estimate ratio = elimination_ratio(race, 1, 0);

	(void)state;
	assert_int_equal(race->cells[1].blocks, ELIMINATION_FIRST_LOOK);
	assert_int_equal(race->cells[0].blocks, ELIMINATION_BLOCKS_MIN);
	assert_int_equal(
		race->trials, ELIMINATION_BLOCKS_MIN + ELIMINATION_FIRST_LOOK);
	assert_true(ratio.value > 1.95 && ratio.value < 2.05);
	elimination_free(race);
}

static void equal_cells_stay_and_no_more_trials_than_allowed_are_run(
	void **state)
{
	struct runner runners[10];
	const struct elimination_terms terms = {.cells = 10, .blocks = 20};
	struct elimination *race;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		runners[i] = (struct runner){.time = 50};
	race = run_race(runners, 10);
	assert_int_equal(elimination_trials_max(&terms), 70);
	assert_true(race->trials <= 70);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(race->cells[i].state, ELIMINATION_IN);
	elimination_free(race);
}

/* Cells that cannot win are not raced; what they save goes to the others. */
static void a_share_is_of_the_run_that_is_spared(void **state)
{
	struct elimination_terms terms = {.cells = 10, .blocks = 20};

	(void)state;
	terms.of_cells = 30;
	assert_int_equal(elimination_trials_max(&terms), 210);
	terms.spent = 10;
	assert_int_equal(elimination_trials_max(&terms), 200);
	/* But each cell is run as often as an interval needs. */
	terms.of_cells = 10;
	assert_int_equal(elimination_trials_max(&terms), 60);
}

static void failing_fast_is_not_being_fast(void **state)
{
	const struct runner runners[] = {
		{.time = 10, .failing = {5, 20}},
		{.time = 50, .failing = {0, 20}},
		{.time = 60, .failing = {0, 20}},
	};
	struct elimination *race = run_race(runners, 3);

	(void)state;
	assert_int_equal(race->cells[0].state, ELIMINATION_FAILING);
	assert_int_equal(race->leader, 1);
	elimination_free(race);
}

static void cells_without_valid_trials_are_dropped(void **state)
{
	const struct runner runners[] = {
		{.none = 20}, {.time = 50}, {.time = 50.1}};
	struct elimination *race = run_race(runners, 3);

	(void)state;
	assert_int_equal(race->cells[0].state, ELIMINATION_INVALID);
	assert_int_equal(race->cells[0].blocks, 2);
	assert_int_not_equal(race->leader, 0);
	elimination_free(race);
}

static void trials_that_the_machine_spoiled_are_excused(void **state)
{
	const struct runner runners[] = {
		{.time = 40, .none = 2, .excused = true},
		{.time = 40, .none = 2},
		{.time = 50},
		{.time = 51},
		{.time = 52, .none = 20, .excused = true},
	};
	struct elimination *race = run_race(runners, 5);

	(void)state;
	assert_int_equal(race->leader, 0);
	assert_int_equal(race->cells[1].state, ELIMINATION_INVALID);
	assert_int_equal(race->cells[4].state, ELIMINATION_INVALID);
	elimination_free(race);
}

static void a_race_of_invalid_cells_ends_without_a_leader(void **state)
{
	const struct runner runners[] = {{.none = 20}, {.none = 20}};
	struct elimination *race = run_race(runners, 2);

	(void)state;
	assert_int_equal(race->leader, 2);
	assert_int_equal(race->trials, 4);
	elimination_free(race);
}

static void the_simplest_of_the_fastest_is_chosen(void **state)
{
	const struct runner runners[] = {
		{.time = 50}, {.time = 50.1}, {.time = 80}};
	/* The simplest of all is slow. */
	const size_t order[] = {2, 1, 0};
	struct elimination *race = run_race(runners, 3);

	(void)state;
	assert_int_equal(race->cells[1].state, ELIMINATION_IN);
	assert_int_equal(elimination_choose(race, order), 1);
	elimination_free(race);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_slower_cell_is_dropped_at_the_first_look),
		cmocka_unit_test(
			what_is_left_alone_still_gets_the_blocks_of_an_interval),
		cmocka_unit_test(
			equal_cells_stay_and_no_more_trials_than_allowed_are_run),
		cmocka_unit_test(a_share_is_of_the_run_that_is_spared),
		cmocka_unit_test(failing_fast_is_not_being_fast),
		cmocka_unit_test(cells_without_valid_trials_are_dropped),
		cmocka_unit_test(trials_that_the_machine_spoiled_are_excused),
		cmocka_unit_test(a_race_of_invalid_cells_ends_without_a_leader),
		cmocka_unit_test(the_simplest_of_the_fastest_is_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
