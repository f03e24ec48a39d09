/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdicts of blocks, unusual blocks above all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/gate/check_judge.h"
#include "harness/gate/check_stats.h"

enum { ELAPSED = 0, CONNECTIONS = 4, FAILURES = 5 };

static struct check_block blocks[5][CHECK_BLOCKS_MAX];

/* n blocks in which head takes `ratio` times as long; both have noise. */
static struct check_series timings(
	int row, size_t n, double base, double ratio, double noise)
{
	struct check_series series = {
		.scenario = "latency=50ms",
		.strategy = "sequential",
		.metric = &check_metrics[ELAPSED],
		.margin = 0.05,
		.blocks = blocks[row],
		.n = n,
	};

	for (size_t b = 0; b < n; b++) {
		/* From -1 to 1, different in neighbouring blocks. */
		double wobble = (double)((b * 7 + 3) % 11) / 5.5 - 1;

		for (int i = 0; i < 2; i++) {
			blocks[row][b].base[i] = base;
			blocks[row][b].head[i] =
				base * ratio * exp(noise * wobble);
		}
	}
	return series;
}

static struct check_series counts(int row, size_t n, double base, double head)
{
	struct check_series series = timings(row, n, base, 1, 0);

	series.metric = &check_metrics[CONNECTIONS];
	for (size_t b = 0; b < n; b++)
		for (int i = 0; i < 2; i++)
			blocks[row][b].head[i] = head;
	return series;
}

/* Judges the series; the caller frees the report. */
static struct check_report *judge(
	const struct check_series *series, size_t count)
{
	struct check_report *report;

	assert_int_equal(check_report_create(&report, count), 0);
	assert_int_equal(check_judge(report, series), 0);
	return report;
}

static void assert_row(const struct check_report *report, size_t i,
	enum check_verdict verdict, const char *words)
{
	const struct check_row *row = &report->rows[i];

	if (row->verdict != verdict)
		fail_msg("%s (%s), expected %s",
			check_verdict_names[row->verdict], row->reason,
			check_verdict_names[verdict]);
	if (!strstr(row->reason, words))
		fail_msg("'%s' lacks '%s'", row->reason, words);
}

/* Fails unless the series has this verdict and these words in its reason. */
static void expect(const struct check_series *series,
	enum check_verdict verdict, const char *words)
{
	struct check_report *report = judge(series, 1);

	assert_row(report, 0, verdict, words);
	assert_int_equal(report->verdict, verdict);
	check_report_free(report);
}

static void twice_the_margin_regresses(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.10, 0.03);
	struct check_report *report = judge(&series, 1);
	const struct check_row *row = &report->rows[0];

	(void)state;
	assert_row(report, 0, CHECK_REGRESSED, "");
	assert_true(row->ratio > 1.08 && row->ratio < 1.12);
	assert_true(row->ci_lo < row->ratio && row->ratio < row->ci_hi);
	assert_true(row->p_holm == row->p && row->p < 0.0001);
	assert_true(row->mde > 0.05 && row->mde < 0.10);
	assert_int_equal(row->n_blocks, 20);
	assert_string_equal(row->metric, "elapsed");
	assert_string_equal(row->unit, "ns");
	check_report_free(report);
}

static void equal_builds_pass_and_say_what_they_could_see(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0.01);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_true(report->rows[0].mde > 0.05 && report->rows[0].mde < 0.2);
	check_report_free(report);
}

static void below_the_margin_passes(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.02, 0.02);

	(void)state;
	expect(&series, CHECK_PASS, "");
}

static void faster_than_the_margin_improves(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 0.9, 0.02);

	(void)state;
	expect(&series, CHECK_IMPROVED, "");
}

static void at_the_margin_is_inconclusive(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.05, 0.05);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "too noisy");
}

static void ties_have_a_verdict(void **state)
{
	struct check_series equal = timings(0, 8, 50e6, 1, 0);
	struct check_series slower = timings(1, 8, 50e6, 1.2, 0);
	struct check_series margin = timings(2, 8, 50e6, 1.05, 0);

	(void)state;
	expect(&equal, CHECK_PASS, "");
	expect(&slower, CHECK_REGRESSED, "");
	/* By rounding, each block lies above, on or below the margin. */
	for (size_t b = 0; b < 8; b++)
		for (int i = 0; i < 2; i++) {
			blocks[2][b].base[i] = 1;
			blocks[2][b].head[i] = exp(log1p(0.5));
		}
	margin.margin = 0.5;
	margin.metric = &(struct check_metric){.name = "x", .unit = ""};
	expect(&margin, CHECK_INCONCLUSIVE, "");
}

static void zeros_cannot_be_judged_as_a_ratio(void **state)
{
	struct check_series zeros = timings(0, 8, 0, 1, 0);

	(void)state;
	expect(&zeros, CHECK_INVALID, "above zero");
}

static void infinities_are_no_values(void **state)
{
	struct check_series series = timings(0, 8, INFINITY, 1, 0);

	(void)state;
	expect(&series, CHECK_INVALID, "no block");
}

static void a_nan_costs_its_block_only(void **state)
{
	struct check_series series = timings(0, 10, 50e6, 1, 0.01);
	struct check_report *report;

	(void)state;
	blocks[0][3].head[1] = NAN;
	blocks[0][4].base[0] = NAN;
	report = judge(&series, 1);
	assert_row(report, 0, CHECK_PASS, "");
	assert_int_equal(report->rows[0].n_blocks, 8);
	check_report_free(report);
}

static void one_block_is_inconclusive_and_says_what_it_takes(void **state)
{
	struct check_series series = timings(0, 1, 50e6, 2, 0);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "6 blocks are needed");
	series = timings(0, 5, 50e6, 1.05, 0.3);
	expect(&series, CHECK_INCONCLUSIVE, "6 blocks are needed");
	series = timings(0, 6, 50e6, 1.05, 0.3);
	expect(&series, CHECK_INCONCLUSIVE, "too noisy");
}

static void large_families_need_more_blocks(void **state)
{
	struct check_series series[8];
	struct check_report *report;

	(void)state;
	for (int i = 0; i < 8; i++)
		series[i] = timings(0, 8, 50e6, 1.2, 0.01);
	report = judge(series, 8);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "9 blocks are needed");
	check_report_free(report);
	for (int i = 0; i < 8; i++)
		series[i] = timings(0, 14, 50e6, 1.2, 0.01);
	report = judge(series, 8);
	assert_row(report, 0, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_row_missing_in_head_fails(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0);

	(void)state;
	for (size_t b = 0; b < 8; b++)
		blocks[0][b].head[0] = blocks[0][b].head[1] = NAN;
	series.voids.reason = "head knows no 'openmp'";
	expect(&series, CHECK_REGRESSED, "missing in head: head knows no");
}

static void a_renamed_row_fails_under_both_names(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0), timings(1, 8, 50e6, 1, 0)};
	struct check_report *report;

	(void)state;
	series[1].strategy = "serial";
	for (size_t b = 0; b < 8; b++) {
		blocks[0][b].head[0] = blocks[0][b].head[1] = NAN;
		blocks[1][b].base[0] = blocks[1][b].base[1] = NAN;
	}
	report = judge(series, 2);
	assert_row(report, 0, CHECK_REGRESSED, "missing in head");
	assert_row(report, 1, CHECK_INVALID, "missing in base");
	assert_int_equal(report->verdict, CHECK_REGRESSED);
	check_report_free(report);
}

static void a_row_nobody_measured_is_invalid(void **state)
{
	struct check_series series = timings(0, 0, 50e6, 1, 0);

	(void)state;
	expect(&series, CHECK_INVALID, "missing in base and head");
}

static void an_incomplete_block_does_not_count(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0);

	(void)state;
	for (size_t b = 0; b < 8; b++)
		blocks[0][b].head[1] = NAN;
	expect(&series, CHECK_INVALID, "all four trials");
}

static void a_check_without_rows_is_invalid(void **state)
{
	struct check_report *report = judge(NULL, 0);

	(void)state;
	assert_int_equal(report->verdict, CHECK_INVALID);
	assert_string_equal(report->reason, "there is no gated row");
	check_report_free(report);
}

static void too_many_voids_are_invalid_whatever_the_figures(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 2, 0.01);
	struct check_report *report;

	(void)state;
	series.voids.machine = 2;
	expect(&series, CHECK_REGRESSED, "");
	series.voids.machine = 3;
	series.voids.reason = "3.1 % of the time was stolen";
	expect(&series, CHECK_INVALID, "3 of 11 blocks are void: 3.1 %");
	report = judge(&series, 1);
	assert_true(isnan(report->rows[0].p));
	assert_int_equal(report->rows[0].voids, 3);
	check_report_free(report);
}

static void head_that_keeps_failing_regresses(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1, 0.01);

	(void)state;
	series.voids.head = 3;
	series.voids.reason = "died of SIGSEGV";
	expect(&series, CHECK_REGRESSED, "head failed in 3 of 11 blocks");
	series.voids.base = 1;
	expect(&series, CHECK_INVALID, "4 of 12 blocks are void");
	series.voids.machine = 1;
	expect(&series, CHECK_INVALID, "5 of 13 blocks are void");
}

static void counters_tolerate_nothing(void **state)
{
	struct check_series same = counts(0, 8, 20, 20);
	struct check_series more = counts(1, 8, 20, 21);
	struct check_series less = counts(2, 8, 20, 1);
	struct check_series none = counts(3, 8, 0, 0);
	struct check_series some = counts(4, 8, 0, 3);
	struct check_report *report;

	(void)state;
	expect(&same, CHECK_PASS, "");
	expect(&more, CHECK_REGRESSED, "");
	expect(&less, CHECK_IMPROVED, "");
	expect(&none, CHECK_PASS, "");
	expect(&some, CHECK_REGRESSED, "");
	report = judge(&more, 1);
	assert_true(report->rows[0].ratio == 21. / 20);
	check_report_free(report);
	report = judge(&some, 1);
	assert_true(isnan(report->rows[0].ratio));
	check_report_free(report);
}

static void counters_that_change_once_in_a_while_pass(void **state)
{
	struct check_series series = counts(0, 14, 20, 20);

	(void)state;
	blocks[0][5].head[0] = 21;
	expect(&series, CHECK_PASS, "varies between trials");
}

static void counters_that_surely_changed_do_not_pass_for_lack_of_blocks(
	void **state)
{
	struct check_series series = counts(0, 4, 20, 21);

	(void)state;
	expect(&series, CHECK_INCONCLUSIVE, "4 blocks are too few");
}

static void changes_of_no_consequence_pass(void **state)
{
	/* 30 % of 100 us is far below the floor of half a millisecond. */
	struct check_series series = timings(0, 8, 100e3, 1.3, 0.01);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_PASS, "");
	assert_true(fabs(report->rows[0].margin - 5) < 1e-9);
	check_report_free(report);
}

static void informative_rows_never_fail_the_check(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0.01), timings(1, 8, 50e6, 2, 0.01)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_REGRESSED, "");
	assert_int_equal(report->verdict, CHECK_PASS);
	check_report_free(report);
}

static void a_failed_control_takes_back_what_it_could_explain(void **state)
{
	struct check_series series[4] = {timings(0, 14, 50e6, 1.08, 0.01),
		timings(1, 14, 50e6, 1.04, 0.01), counts(2, 14, 20, 21),
		timings(3, 14, 50e6, 1.2, 0.01)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_CONTROL;
	report = judge(series, 4);
	assert_row(report, 1, CHECK_INVALID, "its own copy differ by 4.");
	assert_row(report, 0, CHECK_INVALID, "the control failed");
	assert_row(report, 2, CHECK_REGRESSED, "");
	assert_row(report, 3, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_control_that_is_faster_explains_as_much(void **state)
{
	struct check_series series[3] = {timings(0, 14, 50e6, 0.96, 0.01),
		timings(1, 14, 50e6, 1.08, 0.01),
		timings(2, 14, 50e6, 1.08, 0.01)};
	struct check_report *report;

	(void)state;
	series[0].role = CHECK_CONTROL;
	series[2].role = CHECK_INFORMATIVE;
	report = judge(series, 3);
	assert_row(report, 0, CHECK_INVALID, "differ by ");
	assert_row(report, 1, CHECK_INVALID, "the control failed");
	assert_row(report, 2, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void what_can_be_seen_shrinks_with_the_family(void **state)
{
	const struct check_series series[3] = {timings(0, 14, 50e6, 1, 0.03),
		timings(1, 14, 50e6, 1, 0.03), timings(2, 14, 50e6, 1, 0.03)};
	struct check_report *alone = judge(series, 1), *all = judge(series, 3);

	(void)state;
	assert_true(all->rows[0].mde > alone->rows[0].mde);
	check_report_free(alone);
	check_report_free(all);
}

static void blocks_that_follow_each_other_are_less_sure(void **state)
{
	struct check_series series = timings(0, 20, 50e6, 1.07, 0);
	struct check_report *mixed, *steps;

	(void)state;
	for (size_t b = 0; b < 20; b++)
		blocks[0][b].head[0] *= b % 2 ? 1.02 : 1.01;
	mixed = judge(&series, 1);
	for (size_t b = 0; b < 20; b++)
		blocks[0][b].head[0] = 50e6 * 1.07 * (b < 10 ? 1.02 : 1.01);
	steps = judge(&series, 1);
	assert_true(mixed->rows[0].r1 < 0 && steps->rows[0].r1 > 0.5);
	assert_true(steps->rows[0].p > mixed->rows[0].p);
	assert_true(steps->rows[0].mde > mixed->rows[0].mde);
	assert_true(steps->rows[0].ci_lo < mixed->rows[0].ci_lo);
	check_report_free(mixed);
	check_report_free(steps);
}

/* A report can be reused for the next look. */
static void a_look_forgets_what_the_last_one_said(void **state)
{
	struct check_series series = timings(0, 8, 50e6, 1.05, 0.3);
	struct check_report *report = judge(&series, 1);

	(void)state;
	assert_row(report, 0, CHECK_INCONCLUSIVE, "too noisy");
	series = timings(0, 14, 50e6, 1, 0.01);
	assert_int_equal(check_judge(report, &series), 0);
	assert_row(report, 0, CHECK_PASS, "");
	assert_string_equal(report->rows[0].reason, "");
	check_report_free(report);
}

static void a_control_speaks_for_its_metric_only(void **state)
{
	struct check_series series[2] = {timings(0, 14, 50e6, 1.08, 0.01),
		timings(1, 14, 50e6, 1.04, 0.01)};
	struct check_report *report;

	(void)state;
	series[0].metric = &check_metrics[1];
	series[1].role = CHECK_CONTROL;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_INVALID, "differ by 4.");
	assert_row(report, 0, CHECK_REGRESSED, "");
	check_report_free(report);
}

static void a_control_that_agrees_changes_nothing(void **state)
{
	struct check_series series[2] = {timings(0, 8, 50e6, 1.2, 0.01),
		timings(1, 8, 50e6, 1.01, 0.001)};
	struct check_report *report;

	(void)state;
	series[1].role = CHECK_CONTROL;
	report = judge(series, 2);
	assert_row(report, 0, CHECK_REGRESSED, "");
	assert_row(report, 1, CHECK_PASS, "");
	check_report_free(report);
}

/* The verdict of a regression of 1.2 after a second measurement. */
static void confirm(double again, double noise, enum check_verdict verdict,
	const char *words)
{
	struct check_series series = timings(0, 8, 50e6, 1.2, 0.01);
	struct check_report *first = judge(&series, 1), *second;

	series = timings(0, 8, 50e6, again, noise);
	second = judge(&series, 1);
	check_confirm(first, second);
	assert_row(first, 0, verdict, words);
	assert_int_equal(first->verdict, verdict);
	check_report_free(first);
	check_report_free(second);
}

static void a_regression_stands_only_when_confirmed(void **state)
{
	(void)state;
	confirm(1.2, 0.01, CHECK_REGRESSED, "confirmed: 1.2");
	confirm(1.0, 0.01, CHECK_PASS, "not confirmed: 1.2");
	confirm(0.8, 0.01, CHECK_PASS, "not confirmed: 1.2");
	confirm(1.05, 0.3, CHECK_INCONCLUSIVE, "not confirmed: too noisy");
}

static void a_regression_that_cannot_be_repeated_is_invalid(void **state)
{
	const struct check_series series = timings(0, 8, 50e6, 1.2, 0.01);
	struct check_series others[4] = {series, series, series, series};

	(void)state;
	others[0].strategy = "another";
	others[1].scenario = "latency=51ms";
	others[2].metric = &check_metrics[1];
	others[3].role = CHECK_INFORMATIVE;
	for (size_t i = 0; i < 4; i++) {
		struct check_report *first = judge(&series, 1);
		struct check_report *second = judge(&others[i], 1);

		check_confirm(first, second);
		assert_row(first, 0, CHECK_INVALID,
			"second set of blocks has no such row");
		check_report_free(first);
		check_report_free(second);
	}
}

static void only_what_regressed_is_held_against_the_second_set(void **state)
{
	struct check_series series[4] = {timings(0, 8, 50e6, 1, 0.01),
		timings(1, 8, 50e6, 1.2, 0.01), timings(2, 8, 50e6, 1.2, 0.01),
		timings(3, 8, 50e6, 1.2, 0.01)};
	struct check_report *first, *second;

	(void)state;
	series[1].role = CHECK_INFORMATIVE;
	series[2].scenario = "latency=1ms";
	series[3].scenario = "latency=2ms";
	first = judge(series, 4);
	series[2] = timings(2, 8, 50e6, 1, 0.01);
	series[2].scenario = "latency=1ms";
	second = judge(series + 2, 2);
	check_confirm(first, second);
	assert_row(first, 0, CHECK_PASS, "");
	assert_row(first, 1, CHECK_REGRESSED, "");
	assert_row(first, 2, CHECK_PASS, "not confirmed");
	assert_row(first, 3, CHECK_REGRESSED, "confirmed");
	assert_int_equal(first->verdict, CHECK_REGRESSED);
	check_report_free(first);
	check_report_free(second);
}

static void the_worst_gated_row_is_the_reports(void **state)
{
	const struct check_series series[5] = {
		timings(0, 20, 50e6, 1, 0.01),
		timings(1, 20, 50e6, 0.9, 0.01),
		timings(2, 20, 50e6, 1.05, 0.05),
		timings(3, 20, 0, 1, 0),
		timings(4, 20, 50e6, 1.2, 0.01),
	};
	static const enum check_verdict verdicts[5] = {CHECK_PASS,
		CHECK_IMPROVED, CHECK_INCONCLUSIVE, CHECK_INVALID,
		CHECK_REGRESSED};
	static const char *const reasons[5] = {"1 of 1 gated row",
		"1 of 2 gated rows", "1 of 3 gated rows", "1 of 4 gated rows",
		"1 of 5 gated rows"};

	(void)state;
	for (size_t count = 1; count <= 5; count++) {
		struct check_report *report = judge(series, count);

		assert_row(report, count - 1, verdicts[count - 1], "");
		assert_int_equal(report->verdict, verdicts[count - 1]);
		assert_string_equal(report->reason, reasons[count - 1]);
		check_report_free(report);
	}
}

/* A head that gives up is quick, so its times neither pass nor improve. */
static void where_head_fails_more_its_time_says_nothing(void **state)
{
	struct check_series series[2] = {
		timings(0, 20, 50e6, 0.5, 0.01), counts(1, 20, 0, 11)};
	struct check_report *report, *second;

	(void)state;
	series[1].metric = &check_metrics[FAILURES];
	report = judge(series, 2);
	assert_row(report, 0, CHECK_IMPROVED, "");
	assert_row(report, 1, CHECK_REGRESSED, "");
	second = judge(series, 2);
	check_confirm(report, second);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "head fails more requests");
	assert_row(report, 1, CHECK_REGRESSED, "confirmed");
	check_report_free(second);
	check_report_free(report);
	/* if it is not gated, it is not measured a second time */
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_row(report, 0, CHECK_INCONCLUSIVE, "head fails more requests");
	assert_int_equal(report->verdict, CHECK_INCONCLUSIVE);
	check_report_free(report);
}

static void different_hosts_refuse_every_row(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1.2, 0.01), timings(1, 8, 50e6, 1, 0.01)};
	struct check_report *report = judge(series, 2);

	(void)state;
	check_refuse(report, "base and head run on different hosts");
	assert_row(report, 0, CHECK_INVALID, "different hosts");
	assert_row(report, 1, CHECK_INVALID, "different hosts");
	assert_int_equal(report->verdict, CHECK_INVALID);
	assert_non_null(strstr(report->reason, "different hosts"));
	check_report_free(report);
}

static void looks_go_on_while_a_gated_row_is_open(void **state)
{
	struct check_series series[2] = {
		timings(0, 8, 50e6, 1, 0.01), timings(1, 8, 50e6, 1.05, 0.3)};
	struct check_report *report;

	(void)state;
	report = judge(series, 2);
	assert_true(check_undecided(report));
	check_report_free(report);
	series[1].role = CHECK_INFORMATIVE;
	report = judge(series, 2);
	assert_false(check_undecided(report));
	check_report_free(report);
	/* More blocks may outnumber void ones; a missing side stays so. */
	series[1] = timings(1, 8, 50e6, 1, 0.01);
	series[1].voids.machine = 3;
	report = judge(series, 2);
	assert_row(report, 1, CHECK_INVALID, "3 of 11 blocks");
	assert_true(check_undecided(report));
	check_report_free(report);
	series[1].n = 0;
	report = judge(series, 2);
	assert_false(check_undecided(report));
	check_report_free(report);
}

static void exit_status_tells_the_verdict(void **state)
{
	(void)state;
	assert_int_equal(check_exit_statuses[CHECK_PASS], 0);
	assert_int_equal(check_exit_statuses[CHECK_IMPROVED], 0);
	assert_int_equal(check_exit_statuses[CHECK_REGRESSED], 1);
	assert_int_equal(check_exit_statuses[CHECK_INCONCLUSIVE], 3);
	assert_int_equal(check_exit_statuses[CHECK_INVALID], 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twice_the_margin_regresses),
		cmocka_unit_test(equal_builds_pass_and_say_what_they_could_see),
		cmocka_unit_test(below_the_margin_passes),
		cmocka_unit_test(faster_than_the_margin_improves),
		cmocka_unit_test(at_the_margin_is_inconclusive),
		cmocka_unit_test(ties_have_a_verdict),
		cmocka_unit_test(zeros_cannot_be_judged_as_a_ratio),
		cmocka_unit_test(infinities_are_no_values),
		cmocka_unit_test(a_nan_costs_its_block_only),
		cmocka_unit_test(
			one_block_is_inconclusive_and_says_what_it_takes),
		cmocka_unit_test(large_families_need_more_blocks),
		cmocka_unit_test(a_row_missing_in_head_fails),
		cmocka_unit_test(a_renamed_row_fails_under_both_names),
		cmocka_unit_test(a_row_nobody_measured_is_invalid),
		cmocka_unit_test(an_incomplete_block_does_not_count),
		cmocka_unit_test(a_check_without_rows_is_invalid),
		cmocka_unit_test(
			too_many_voids_are_invalid_whatever_the_figures),
		cmocka_unit_test(head_that_keeps_failing_regresses),
		cmocka_unit_test(counters_tolerate_nothing),
		cmocka_unit_test(counters_that_change_once_in_a_while_pass),
		cmocka_unit_test(
			counters_that_surely_changed_do_not_pass_for_lack_of_blocks),
		cmocka_unit_test(changes_of_no_consequence_pass),
		cmocka_unit_test(informative_rows_never_fail_the_check),
		cmocka_unit_test(
			a_failed_control_takes_back_what_it_could_explain),
		cmocka_unit_test(a_control_that_is_faster_explains_as_much),
		cmocka_unit_test(what_can_be_seen_shrinks_with_the_family),
		cmocka_unit_test(blocks_that_follow_each_other_are_less_sure),
		cmocka_unit_test(a_look_forgets_what_the_last_one_said),
		cmocka_unit_test(a_control_speaks_for_its_metric_only),
		cmocka_unit_test(a_control_that_agrees_changes_nothing),
		cmocka_unit_test(a_regression_stands_only_when_confirmed),
		cmocka_unit_test(
			a_regression_that_cannot_be_repeated_is_invalid),
		cmocka_unit_test(
			only_what_regressed_is_held_against_the_second_set),
		cmocka_unit_test(the_worst_gated_row_is_the_reports),
		cmocka_unit_test(where_head_fails_more_its_time_says_nothing),
		cmocka_unit_test(different_hosts_refuse_every_row),
		cmocka_unit_test(looks_go_on_while_a_gated_row_is_open),
		cmocka_unit_test(exit_status_tells_the_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
