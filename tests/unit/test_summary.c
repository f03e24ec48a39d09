/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a summary counts, leaves out, compares and ranks. */
#include "test_summary.h"

#include <stdio.h>
#include <string.h>

static struct summary *summarize_beside(const char *reference)
{
	const struct summary_terms terms = {.reference = reference};
	const char *directory = folder;
	struct summary *summary;
	struct fr_error err = {.text = ""};

	assert_int_equal(
		summary_create(&summary, &directory, 1, &terms, &err), 0);
	return summary;
}

/* The row at that place must be that cell. */
static const struct summary_row *row_at(const struct summary *summary,
	size_t place, const char *strategy, uint64_t concurrency)
{
	const struct summary_row *row = &summary->rows[place];

	assert_true(place < summary->count);
	assert_string_equal(row->strategy, strategy);
	assert_true(row->concurrency == concurrency);
	return row;
}

static void only_valid_trials_give_figures(void **state)
{
	const enum trial_verdict bad[] = {VERDICT_INVALID, VERDICT_FAILED,
		VERDICT_TIMEOUT, VERDICT_CRASHED};
	struct run_fixture fixture;
	struct summary *summary;
	const struct summary_row *row;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 7; b++)
		run_fixture_add_valid(&fixture, "openmp", 20, b, 50 + b);
	for (int i = 0; i < 4; i++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "openmp", 20, 8 + i, 0.001);

		trial.verdict = bad[i];
		(void)snprintf(
			trial.reason, sizeof(trial.reason), "reason %d", i);
		run_fixture_add(&fixture, &trial);
	}
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_ELAPSED);
	row = row_at(summary, 0, "openmp", 20);
	assert_int_equal(row->trials, 11);
	assert_int_equal(row->verdicts[VERDICT_VALID], 7);
	for (int i = 0; i < 4; i++)
		assert_int_equal(row->verdicts[bad[i]], 1);
	assert_string_equal(row->reason, "reason 0");
	assert_near(row->elapsed.value, 54e6);
	assert_near(row->elapsed.low, 51e6);
	assert_near(row->elapsed.high, 57e6);
	assert_near(row->total.value, 56e6);
	assert_near(row->setup.value, 1e6);
	assert_near(row->ideal.value, 50e6);
	assert_near(row->efficiency.value, 50.0 / 54);
	assert_near(row->cpu.value, 5e6);
	assert_true(isnan(row->peak_rss.value));
	assert_string_equal(row->median_trial, "4");
	summary_free(summary);
}

static void warm_up_blocks_are_left_out(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "openmp", 20, -1, 900);
	run_fixture_add_valid(&fixture, "openmp", 20, 0, 900);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_add_valid(&fixture, "process-pool", 20, 0, 60);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_ELAPSED);
	assert_int_equal(summary->count, 1);
	assert_int_equal(summary->blocks, 1);
	assert_near(summary->rows[0].elapsed.value, 60e6);
	summary_free(summary);
}

/* process-pool is faster by elapsed, and slower with its set-up. */
static void make_two_clocks(void)
{
	struct run_fixture fixture;

	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 6; b++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "process-pool", 20, b, 51);

		trial.setup_ns = 30000000;
		run_fixture_add(&fixture, &trial);
		run_fixture_add_valid(&fixture, "null", 1, b, 0.01);
		run_fixture_add_valid(&fixture, "sequential", 1, b, 1000);
		run_fixture_add_valid(&fixture, "openmp", 20, b, 55);
	}
	run_fixture_end(&fixture);
}

static void cells_are_ranked_by_the_clock_asked_for(void **state)
{
	struct summary *summary;

	(void)state;
	make_two_clocks();
	summary = summarize(CLOCK_TOTAL);
	assert_int_equal(row_at(summary, 0, "openmp", 20)->rank, 1);
	assert_int_equal(row_at(summary, 1, "process-pool", 20)->rank, 2);
	assert_int_equal(row_at(summary, 2, "sequential", 1)->rank, 3);
	assert_near(summary->rows[1].behind.value, 82.0 / 57);
	assert_near(summary->rows[0].speed_up.value, 1002.0 / 57);
	assert_true(summary_clock_of(summary, &summary->rows[0]) ==
		&summary->rows[0].total);
	summary_free(summary);

	summary = summarize(CLOCK_ELAPSED);
	assert_int_equal(row_at(summary, 0, "process-pool", 20)->rank, 1);
	assert_int_equal(row_at(summary, 1, "openmp", 20)->rank, 2);
	assert_near(summary->rows[1].behind.value, 55.0 / 51);
	assert_near(summary->rows[2].speed_up.value, 1);
	summary_free(summary);
}

static void the_floor_comes_last_without_rank_or_speed_up(void **state)
{
	const struct summary_row *row;
	struct summary *summary;

	(void)state;
	make_two_clocks();
	summary = summarize(CLOCK_TOTAL);
	row = row_at(summary, 3, "null", 1);
	assert_true(summary_is_floor(row));
	assert_true(row->rank == FR_UNKNOWN);
	assert_true(isnan(row->speed_up.value));
	assert_near(row->elapsed.value, 1e4);
	summary_free(summary);
}

/*
 * The machine slows down fivefold during the run, and openmp lacks two of the
 * blocks: unpaired, its median would come from other blocks than sequential's.
 */
static void speed_up_pairs_by_block(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	const struct summary_row *row;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int b = 1; b <= 9; b++) {
		double speed = 1 + b / 2.0;

		if (b > 2)
			run_fixture_add_valid(
				&fixture, "openmp", 20, b, 50 * speed - 2);
		run_fixture_add_valid(
			&fixture, "sequential", 1, b, 500 * speed - 2);
	}
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	row = row_at(summary, 0, "openmp", 20);
	assert_near(row->speed_up.value, 10);
	assert_near(row->speed_up.low, 10);
	assert_near(row->speed_up.high, 10);
	summary_free(summary);
}

/* A trial that is like one before it but for what was changed. */
static void add_another(struct run_fixture *fixture, struct trial_row *trial)
{
	(void)snprintf(trial->trial, sizeof(trial->trial), "another %d",
		(int)++fixture->next_trial);
	run_fixture_add(fixture, trial);
}

static void different_work_is_never_compared(void **state)
{
	struct run_fixture fixture;
	struct summary *summary;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 1000);
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 6);
	(void)snprintf(trial.workload.latency, sizeof(trial.workload.latency),
		"500ms");
	run_fixture_add(&fixture, &trial);
	trial.workload.payload_bytes = 4096;
	add_another(&fixture, &trial);
	trial.workload.requests = 40;
	add_another(&fixture, &trial);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	assert_int_equal(summary->count, 5);
	assert_int_equal(summary->rows[0].group, 1);
	assert_int_equal(row_at(summary, 1, "sequential", 1)->group, 1);
	for (size_t i = 2; i < 5; i++) {
		assert_int_equal(summary->rows[i].group, i);
		assert_int_equal(summary->rows[i].rank, 1);
		assert_true(isnan(summary->rows[i].speed_up.value));
	}
	summary_free(summary);
}

/* Trials come shuffled; a sweep of delays is read from least to most. */
static void groups_come_by_what_they_do_not_by_when(void **state)
{
	static const char *const shuffled[] = {"10ms", "lognormal:p50=1ms",
		"1s", "0ms", "1500us", "100ms", "1ms"};
	static const char *const sorted[] = {"0ms", "1ms", "1500us", "10ms",
		"100ms", "1s", "lognormal:p50=1ms"};
	struct run_fixture fixture;
	struct summary *summary;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (size_t i = 0; i < 7; i++) {
		struct trial_row trial =
			run_fixture_trial(&fixture, "openmp", 20, 1, 60);

		(void)snprintf(trial.workload.latency,
			sizeof(trial.workload.latency), "%s", shuffled[i]);
		run_fixture_add(&fixture, &trial);
	}
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	assert_int_equal(summary->count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(
			summary->rows[i].workload.latency, sorted[i]);
		assert_int_equal(summary->rows[i].group, i + 1);
	}
	summary_free(summary);
}

static void the_same_work_done_in_another_way_is_compared_and_told(void **state)
{
	const struct summary_row *row;
	struct run_fixture fixture;
	struct summary *summary;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_valid(&fixture, "openmp", 20, 1, 60);
	run_fixture_add_valid(&fixture, "sequential", 1, 1, 1000);
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 70);
	(void)snprintf(trial.protocol, sizeof(trial.protocol), "h2");
	(void)snprintf(trial.workload.connections,
		sizeof(trial.workload.connections), "fresh");
	(void)snprintf(trial.samples, sizeof(trial.samples), "witness");
	run_fixture_add(&fixture, &trial);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	assert_int_equal(summary->count, 3);
	row = &summary->rows[1];
	assert_int_equal(row->group, 1);
	assert_int_equal(row->rank, 2);
	assert_string_equal(summary_way(row, WAY_PROTOCOL), "h2");
	assert_string_equal(summary_way(row, WAY_CONNECTIONS), "fresh");
	assert_string_equal(summary_way(row, WAY_SAMPLES), "witness");
	assert_string_equal(
		summary_usual(summary->rows, summary->count, WAY_CONNECTIONS),
		summary_way(&summary->rows[0], WAY_CONNECTIONS));
	summary_free(summary);
}

static void a_cell_without_a_valid_trial_stays_with_its_reason(void **state)
{
	const struct summary_row *row;
	struct run_fixture fixture;
	struct summary *summary;
	struct trial_row trial;

	(void)state;
	run_fixture_begin(&fixture, folder);
	trial = run_fixture_trial(&fixture, "openmp", 20, 1, 6);
	trial.verdict = VERDICT_CRASHED;
	(void)snprintf(trial.reason, sizeof(trial.reason), "signal 11");
	run_fixture_add(&fixture, &trial);
	run_fixture_add_valid(&fixture, "null", 1, 1, 0.1);
	run_fixture_add_valid(&fixture, "pthread-map", 20, 1, 60);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	row = row_at(summary, 1, "openmp", 20);
	assert_true(row->rank == FR_UNKNOWN);
	assert_true(isnan(row->total.value));
	assert_string_equal(row->reason, "signal 11");
	assert_string_equal(row->median_trial, "");
	(void)row_at(summary, 2, "null", 1);
	summary_free(summary);
}

static void to_fail_fast_is_not_to_be_fast(void **state)
{
	const struct summary_row *row;
	struct run_fixture fixture;
	struct summary *summary;

	(void)state;
	run_fixture_begin(&fixture, folder);
	run_fixture_add_ok(&fixture, "null", 1, 0.1, 20);
	run_fixture_add_ok(&fixture, "epoll", 20, 1, 0);
	run_fixture_add_ok(&fixture, "sequential", 1, 10, 0);
	run_fixture_add_ok(&fixture, "openmp", 20, 60, 20);
	run_fixture_add_ok(&fixture, "pthread-map", 20, 50, 15);
	run_fixture_add_ok(&fixture, "pthread-map", 20, 50, 20);
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	row = row_at(summary, 0, "pthread-map", 20);
	assert_int_equal(row->rank, 1);
	assert_int_equal(row->requests_ok, 35);
	assert_int_equal(row->requests_failed, 5);
	/* Nothing is faster than what never succeeded. */
	assert_true(isnan(row->speed_up.value));
	assert_int_equal(row_at(summary, 1, "openmp", 20)->rank, 2);
	assert_near(summary->rows[1].behind.value, 62.0 / 52);
	row = row_at(summary, 2, "epoll", 20);
	assert_true(summary_all_failed(row));
	assert_true(row->rank == FR_UNKNOWN);
	assert_true(isnan(row->behind.value));
	assert_int_equal(row->requests_failed, 20);
	assert_near(row->elapsed.value, 1e6);
	(void)row_at(summary, 3, "sequential", 1);
	(void)row_at(summary, 4, "null", 1);
	summary_free(summary);
}

static void a_cell_that_fails_more_is_not_ranked_beside_others(void **state)
{
	const struct summary_row *row;
	struct run_fixture fixture;
	struct summary *summary;

	(void)state;
	run_fixture_begin(&fixture, folder);
	for (int i = 0; i < 5; i++) {
		/* the quick ones give slow items up */
		run_fixture_add_ok(&fixture, "http2", 20, 10, 9);
		run_fixture_add_ok(&fixture, "quitter", 20, 20, 5);
		run_fixture_add_ok(&fixture, "epoll", 20, 60, 19);
		run_fixture_add_ok(&fixture, "openmp", 20, 70, 20);
		run_fixture_add_ok(&fixture, "refused", 20, 1, 0);
	}
	run_fixture_end(&fixture);
	summary = summarize(CLOCK_TOTAL);
	/* 5 of 100 beside none of 100 may be chance */
	assert_int_equal(row_at(summary, 0, "epoll", 20)->rank, 1);
	assert_int_equal(row_at(summary, 1, "openmp", 20)->rank, 2);
	row = row_at(summary, 2, "http2", 20);
	assert_true(row->rank == FR_UNKNOWN);
	assert_string_equal(row->fails_more_than, "openmp@20");
	assert_true(isnan(row->behind.value));
	assert_near(row->elapsed.value, 10e6);
	row = row_at(summary, 3, "quitter", 20);
	assert_true(row->rank == FR_UNKNOWN);
	(void)row_at(summary, 4, "refused", 20);
	/* nor is a speed-up over it */
	summary_free(summary);
	summary = summarize_beside("http2");
	assert_true(isnan(row_at(summary, 0, "epoll", 20)->speed_up.value));
	summary_free(summary);
}

/* The figures are those of all tables counted one by one. */
static void fishers_test_is_exact(void **state)
{
	(void)state;
	assert_float_equal(
		failing_p((struct failing){5, 40}, (struct failing){0, 20}),
		0.1204809, 1e-6);
	assert_float_equal(
		failing_p((struct failing){6, 120}, (struct failing){0, 120}),
		0.0146567, 1e-6);
	assert_true(failing_more(
		(struct failing){55, 100}, (struct failing){0, 100}));
	assert_false(failing_more(
		(struct failing){0, 100}, (struct failing){55, 100}));
	assert_false(failing_more(
		(struct failing){28, 40}, (struct failing){28, 40}));
	assert_true(
		failing_p((struct failing){0, 0}, (struct failing){1, 2}) == 1);
	assert_true(
		failing_p((struct failing){1, 1}, (struct failing){0, 0}) == 1);
	/* more than GSL can count */
	assert_true(failing_more((struct failing){60000000000, 100000000000},
		(struct failing){50000000000, 100000000000}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_valid_trials_give_figures),
		cmocka_unit_test(warm_up_blocks_are_left_out),
		cmocka_unit_test(cells_are_ranked_by_the_clock_asked_for),
		cmocka_unit_test(the_floor_comes_last_without_rank_or_speed_up),
		cmocka_unit_test(speed_up_pairs_by_block),
		cmocka_unit_test(different_work_is_never_compared),
		cmocka_unit_test(groups_come_by_what_they_do_not_by_when),
		cmocka_unit_test(
			the_same_work_done_in_another_way_is_compared_and_told),
		cmocka_unit_test(
			a_cell_without_a_valid_trial_stays_with_its_reason),
		cmocka_unit_test(to_fail_fast_is_not_to_be_fast),
		cmocka_unit_test(
			a_cell_that_fails_more_is_not_ranked_beside_others),
		cmocka_unit_test(fishers_test_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
