/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From which value of a swept setting on a cell loses to another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/crossing.h"
#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

static const struct {
	const char *work;
	double ms;
} levels[] = {{"", 0}, {"cpu:500us", 0.5}, {"cpu:1ms", 1}, {"cpu:2ms", 2}};

/* Adds a trial of the strategy at one level; noise moves it by 1 % at most. */
static void add(struct run_fixture *fixture, const char *strategy,
	const char *work, int block, double ms)
{
	double noise = 1 + 0.01 * ((block * 7 + (int)ms) % 5 - 2) / 2;
	struct trial_row row =
		run_fixture_trial(fixture, strategy, 20, block, ms * noise);

	(void)snprintf(
		row.workload.work, sizeof(row.workload.work), "%s", work);
	run_fixture_add(fixture, &row);
}

/*
 * A loop of 200 items and threads on two cores: the loop takes 20 + 200 w, or
 * 200 + 29 w while that is more, and the threads take 200 + 19 w.
 */
static void add_sweep(struct run_fixture *fixture, int blocks)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		for (int block = 1; block <= blocks; block++) {
			double w = levels[i].ms;
			const char *work = levels[i].work;

			add(fixture, "multi-poll", work, block,
				fmax(200 + 29 * w, 20 + 200 * w));
			add(fixture, "pthread-map", work, block, 200 + 19 * w);
			add(fixture, "reactors", work, block, 203 + 19 * w);
			add(fixture, "sequential", work, block, 4000 + 200 * w);
			add(fixture, "null", work, block, 1);
		}
}

static const struct crossing *find(
	const struct crossings *crossings, const char *label)
{
	for (size_t i = 0; i < crossings->count; i++)
		if (strcmp(crossings->rows[i].label, label) == 0)
			return &crossings->rows[i];
	return NULL;
}

/* What the run in ./run gives. */
static struct crossings of_run(void)
{
	const char *const run = "run";
	struct crossings crossings;
	struct fr_error err;

	if (crossings_find(&crossings, &run, 1, CLOCK_ELAPSED, &err))
		fail_msg("%s", err.text);
	return crossings;
}

static void a_loop_loses_from_some_work_on(void **state)
{
	struct run_fixture fixture;
	struct crossings crossings;
	const struct crossing *loop, *other;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, 8);
	run_fixture_end(&fixture);
	crossings = of_run();
	assert_int_equal(crossings.count, 3);
	loop = find(&crossings, "multi-poll@20");
	assert_non_null(loop);
	assert_int_equal(loop->kind, CROSSING_FROM);
	assert_string_equal(loop->winner, "pthread-map@20");
	assert_string_equal(loop->setting->name, "work");
	assert_string_equal(loop->unit, "ms");
	assert_true(loop->least == 0 && loop->most == 2);
	/* Between 1 ms, where it is 4.6 % behind, and 2 ms. */
	assert_true(loop->at.value > 0.9 && loop->at.value < 1.1);
	assert_true(loop->at.low <= loop->at.value);
	assert_true(loop->at.high >= loop->at.value);
	assert_true(loop->at.low > 0.5 && loop->at.high < 1.2);
	other = find(&crossings, "reactors@20");
	assert_int_equal(other->kind, CROSSING_NOWHERE);
	other = find(&crossings, "sequential@20");
	assert_int_equal(other->kind, CROSSING_EVERYWHERE);
	assert_null(find(&crossings, "null@20"));
	crossings_release(&crossings);
}

static void few_blocks_give_no_interval(void **state)
{
	struct run_fixture fixture;
	struct crossings crossings;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, 5);
	run_fixture_end(&fixture);
	crossings = of_run();
	assert_int_equal(crossings.count, 3);
	assert_true(isnan(crossings.rows[0].at.low));
	assert_true(isnan(crossings.rows[0].at.high));
	crossings_release(&crossings);
}

/* Two values, or values that are no numbers, are no sweep. */
static void what_is_no_sweep_has_no_crossing(void **state)
{
	static const char *const works[] = {
		"save", "cpu:uniform:1ms,2ms", "cpu:1ms+save", "cpu:1ms", ""};
	struct run_fixture fixture;
	struct crossings crossings;

	(void)state;
	run_fixture_begin(&fixture, "run");
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		add(&fixture, "multi-poll", works[i], 1, 100);
		add(&fixture, "epoll", works[i], 1, 200);
	}
	run_fixture_end(&fixture);
	crossings = of_run();
	assert_int_equal(crossings.count, 0);
	crossings_release(&crossings);
}

/* A cell without a valid trial at a value is not compared. */
static void a_hole_in_a_sweep_is_left_out(void **state)
{
	struct run_fixture fixture;
	struct crossings crossings;

	(void)state;
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, 6);
	add(&fixture, "epoll", "cpu:2ms", 1, 500);
	run_fixture_end(&fixture);
	crossings = of_run();
	assert_null(find(&crossings, "epoll@20"));
	assert_int_equal(crossings.count, 3);
	crossings_release(&crossings);
}

static void the_answer_is_in_sentences(void **state)
{
	static char page[2048];
	struct crossings crossings;
	struct run_fixture fixture;
	FILE *out = tmpfile();

	(void)state;
	assert_non_null(out);
	run_fixture_begin(&fixture, "run");
	add_sweep(&fixture, 8);
	run_fixture_end(&fixture);
	crossings = of_run();
	crossings_write(out, &crossings);
	rewind(out);
	page[fread(page, 1, sizeof(page) - 1, out)] = '\0';
	(void)fclose(out);
	assert_non_null(strstr(page,
		"work from none to 2 ms: at 2 ms, pthread-map@20 was "
		"fastest.\n"));
	assert_non_null(strstr(page, "  From 1.0"));
	assert_non_null(strstr(page,
		" ms of work on, multi-poll@20 took 5 % longer than "
		"pthread-map@20, or more ["));
	assert_non_null(strstr(page, "  Within 5 % of it: reactors@20.\n"));
	assert_non_null(strstr(page,
		"  At every value 5 % slower, or more: sequential@20.\n"));
	crossings_release(&crossings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_loop_loses_from_some_work_on),
		cmocka_unit_test(few_blocks_give_no_interval),
		cmocka_unit_test(what_is_no_sweep_has_no_crossing),
		cmocka_unit_test(a_hole_in_a_sweep_is_left_out),
		cmocka_unit_test(the_answer_is_in_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
