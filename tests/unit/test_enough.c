/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many requests in flight are enough for a strategy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/enough.h"
#include "harness/view/table.h"
#include "tests/unit/run_fixture.h"

/*
 * Adds a trial whose time is 800 ms divided by the concurrency, and never below
 * `least_ms`; noise moves it by 1 % at most.
 */
static void add(struct run_fixture *fixture, const char *strategy,
	uint64_t concurrency, int block, double least_ms, const char *arrivals)
{
	double noise = 1 + 0.01 * ((block * 7) % 5 - 2) / 2;
	double ms = 800.0 / (double)concurrency;
	struct trial_row row = run_fixture_trial(fixture, strategy, concurrency,
		block, (ms > least_ms ? ms : least_ms) * noise);

	(void)snprintf(row.workload.arrivals, sizeof(row.workload.arrivals),
		"%s", arrivals);
	run_fixture_add(fixture, &row);
}

/* multi-poll gains little beyond 8, pthread-map gains as far as it was tried. */
static void make_run(int blocks, const char *arrivals)
{
	struct run_fixture fixture;

	run_fixture_begin(&fixture, "run");
	for (int block = 1; block <= blocks; block++) {
		for (uint64_t c = 1; c <= 64; c *= 2)
			add(&fixture, "multi-poll", c, block,
				100 - 0.01 * (double)c, arrivals);
		for (uint64_t c = 1; c <= 4; c *= 2)
			add(&fixture, "pthread-map", c, block, 0, arrivals);
		for (uint64_t c = 1; c <= 2; c *= 2)
			add(&fixture, "openmp", c, block, 0, arrivals);
	}
	run_fixture_end(&fixture);
}

static struct enoughs of_run(void)
{
	const char *const run = "run";
	struct enoughs enoughs;
	struct fr_error err;

	if (enoughs_find(&enoughs, &run, 1, CLOCK_ELAPSED, &err))
		fail_msg("%s", err.text);
	return enoughs;
}

static const struct enough *find(
	const struct enoughs *enoughs, const char *strategy)
{
	for (size_t i = 0; i < enoughs->count; i++)
		if (strcmp(enoughs->rows[i].strategy, strategy) == 0)
			return &enoughs->rows[i];
	return NULL;
}

static void the_least_within_the_margin_is_enough(void **state)
{
	struct enoughs enoughs;
	const struct enough *row;

	(void)state;
	make_run(6, "");
	enoughs = of_run();
	assert_int_equal(enoughs.count, 2);
	row = find(&enoughs, "multi-poll");
	assert_non_null(row);
	assert_int_equal(row->enough, 8);
	assert_int_equal(row->low, 8);
	assert_int_equal(row->high, 8);
	assert_int_equal(row->least, 1);
	assert_int_equal(row->most, 64);
	assert_int_equal(row->fastest, 64);
	row = find(&enoughs, "pthread-map");
	assert_non_null(row);
	assert_int_equal(row->enough, 4);
	assert_int_equal(row->fastest, 4);
	enoughs_release(&enoughs);
}

static void few_blocks_give_no_interval(void **state)
{
	struct enoughs enoughs;

	(void)state;
	make_run(5, "");
	enoughs = of_run();
	assert_int_equal(enoughs.count, 2);
	assert_int_equal(enoughs.rows[0].low, 0);
	assert_int_equal(enoughs.rows[0].high, 0);
	enoughs_release(&enoughs);
}

static void an_open_loop_is_no_sweep(void **state)
{
	struct enoughs enoughs;

	(void)state;
	make_run(6, "constant:50/s");
	enoughs = of_run();
	assert_int_equal(enoughs.count, 0);
	enoughs_release(&enoughs);
}

static void the_answer_is_told_in_sentences(void **state)
{
	struct enoughs enoughs;
	char *text;
	size_t size;
	FILE *out;

	(void)state;
	for (int blocks = 5; blocks <= 6; blocks++) {
		make_run(blocks, "");
		enoughs = of_run();
		out = open_memstream(&text, &size);
		assert_non_null(out);
		enoughs_write(out, &enoughs);
		(void)fclose(out);
		assert_non_null(strstr(text, "\nconcurrency from 1 to 64:\n"));
		assert_non_null(strstr(text,
			blocks < 6 ? "multi-poll: 8 are enough so far, within"
				   : "multi-poll: 8 are enough [8, 8], within "
				     "5 % of the best; 64 were fastest; "));
		assert_non_null(strstr(text,
			blocks < 6 ? "pthread-map: 4 were fastest so far; fewer"
				   : "pthread-map: 4 were fastest [4, 4]; "
				     "fewer took at least 5 % longer; more "
				     "was not tried.\n"));
		free(text);
		enoughs_release(&enoughs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_within_the_margin_is_enough),
		cmocka_unit_test(few_blocks_give_no_interval),
		cmocka_unit_test(an_open_loop_is_no_sweep),
		cmocka_unit_test(the_answer_is_told_in_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
