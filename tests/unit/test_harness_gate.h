/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of a check's verdicts share: blocks made up, and judged. */
#ifndef TEST_HARNESS_GATE_H
#define TEST_HARNESS_GATE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness/gate/check_conclude.h"
#include "harness/gate/check_judge.h"
#include "harness/gate/check_stats.h"

enum { ELAPSED = 0, CONNECTIONS = 4, FAILURES = 5 };

static struct check_block blocks[5][CHECK_BLOCKS_MAX];

/* n blocks in which head takes `ratio` times as long; both have noise. */
static inline struct check_series timings(
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

static inline struct check_series counts(
	int row, size_t n, double base, double head)
{
	struct check_series series = timings(row, n, base, 1, 0);

	series.metric = &check_metrics[CONNECTIONS];
	for (size_t b = 0; b < n; b++)
		for (int i = 0; i < 2; i++)
			blocks[row][b].head[i] = head;
	return series;
}

/* Judges the series; the caller frees the report. */
static inline struct check_report *judge(
	const struct check_series *series, size_t count)
{
	/* A third of the error rate, as of three looks. */
	static const struct check_look look = {12, 18, 18};
	struct check_report *report;

	assert_int_equal(check_report_create(&report, count), 0);
	assert_int_equal(check_judge(report, series, &look), 0);
	return report;
}

static inline void assert_row(const struct check_report *report, size_t i,
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
static inline void expect(const struct check_series *series,
	enum check_verdict verdict, const char *words)
{
	struct check_report *report = judge(series, 1);

	assert_row(report, 0, verdict, words);
	assert_int_equal(report->verdict, verdict);
	check_report_free(report);
}

#endif
