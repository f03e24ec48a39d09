/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace selftest`: how often a check errs on this machine. It checks this
 * program against itself, as it is and slowed down by known amounts, round
 * after round, and counts.
 */
#include <gsl/gsl_cdf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/clock.h"
#include "harness/base/interrupt.h"
#include "harness/base/screen.h"
#include "harness/base/stats.h"
#include "harness/check/check_run.h"
#include "harness/cli/commands.h"
#include "harness/gate/check_judge.h"
#include "harness/options/command.h"
#include "harness/roster/registry.h"
#include "harness/view/check_progress.h"
#include "harness/view/text_table.h"

struct selftest_settings {
	uint64_t time_ns, seed, pressure, blocks_max;
	bool quick, quiet;
};

#define QUICK_NS (60 * NS_PER_S)

#define OPTIONS_OF struct selftest_settings

static const struct option_spec options[] = {
	{OPT_FLAG(quick, "quick", 0, "Take about a minute (the default).")},
	{OPT_DURATION(time_ns, "thorough", 0, "TIME", 10 * NS_PER_S,
		1000000 * NS_PER_S,
		"Take about TIME, such as 600s. A longer test gives "
		"narrower intervals.")},
	{OPT_NUMBER(pressure, "pressure", 0, "PERCENT", 0, 100,
		"As for 'flagrace check' (default 60).")},
	{OPT_NUMBER(blocks_max, "blocks-max", 0, "N", 1, CHECK_BLOCKS_MAX,
		"As for 'flagrace check' (default 93).")},
	{OPT_NUMBER(seed, "seed", 0, "N", 0, INT64_MAX / 2,
		"Seed of the delays and of the order of trials (default 1).")},
	{OPT_FLAG(quiet, "quiet", 'q', "Show no progress.")},
	{0},
};

static const struct command_spec command = {
	.name = "selftest",
	.usage = "[options]",
	.summary = "Checks this program against itself, unchanged and "
		   "slowed down by known amounts,\n"
		   "and prints how often 'flagrace check' reports a "
		   "regression on this machine.",
	.examples = "  flagrace selftest\n"
		    "  flagrace selftest --thorough 1800s\n",
	.options = options,
};

/* A known slow-down of head. */
struct handicap {
	const char *name;
	double latency; /* of the server's delay: 0.1 is 10 % longer */
	double cpu;     /* of the trial's CPU time, used up besides */
};

static const struct handicap handicaps[] = {
	{"none", 0, 0},
	{"latency +10 %", 0.10, 0},
	{"latency +20 %", 0.20, 0},
	{"CPU +10 %", 0, 0.10},
	{"CPU +20 %", 0, 0.20},
};
enum { HANDICAPS = sizeof(handicaps) / sizeof(handicaps[0]) };

/* The cell that is checked: long enough for a clock, short enough to repeat. */
static const struct cell plain_cell = {
	.concurrency = 20,
	.workload.requests = 40,
	.workload.latency = "20ms",
	.workload.payload_bytes = FR_UNKNOWN,
	.workload.connections = "reuse",
	.workload.timeout_ns = 10 * NS_PER_S,
	.workload.capacity = FR_UNKNOWN,
};
static const double LATENCY_MS = 20;

struct tally {
	unsigned checks;
	unsigned verdicts[CHECK_VERDICT_COUNT];
};

struct selftest {
	const struct selftest_settings *settings;
	struct check_sides sides;
	uint64_t time_ns; /* after which no round is started */
	double cpu_ns;    /* of a trial as it is; NaN until known */
	double mde[2];    /* the last one of elapsed and of CPU */
	struct tally tallies[HANDICAPS];
};

/* Keeps the CPU time and the detectable slow-down of an unslowed check. */
static void learn(struct selftest *test, const struct check_report *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (row->role != CHECK_GATED)
			continue;
		if (strcmp(row->metric, "elapsed") == 0)
			test->mde[0] = row->mde;
		if (strcmp(row->metric, "cpu") == 0) {
			test->mde[1] = row->mde;
			test->cpu_ns = row->base *
				(double)plain_cell.workload.requests;
		}
	}
}

/* One check of that kind. Returns 0, or -1 with *err. */
static int run_check(
	struct selftest *test, size_t kind, uint64_t seed, struct fr_error *err)
{
	const struct handicap *handicap = &handicaps[kind];
	struct cell base = plain_cell, head;
	struct plan plan = {.cells = &base, .count = 1};
	struct plan head_plan = {.cells = &head, .count = 1};
	struct check_job job = {
		.plan = &plan,
		.head_plan = &head_plan,
		.sides = &test->sides,
		.seed = seed,
		.pressure = (double)test->settings->pressure,
		.blocks_max = test->settings->blocks_max,
		.log_fd = -1,
	};
	struct check_progress_view view;
	const struct check_watch watch = check_progress_watch(&view);
	struct check_report *report;
	char lead[64];
	int rc;

	(void)snprintf(lead, sizeof(lead), "slowed by %s: ", handicap->name);
	check_progress_init(&view);
	view.lead = lead;
	if (view.terminal && !test->settings->quiet)
		job.watch = &watch;
	base.strategy = registry_find("pthread-map", err);
	if (!base.strategy)
		return -1;
	head = base;
	(void)snprintf(head.workload.latency, sizeof(head.workload.latency),
		"%.0fus", LATENCY_MS * 1000 * (1 + handicap->latency));
	if (handicap->cpu > 0)
		head.burn_ns = (uint64_t)(handicap->cpu * test->cpu_ns);
	check_gate_init(&job.gate);
	rc = check_run(&report, &job, err);
	if (job.watch)
		check_progress_clear(&view);
	if (rc < 0)
		return -1;
	test->tallies[kind].checks++;
	test->tallies[kind].verdicts[report->verdict]++;
	if (kind == 0)
		learn(test, report);
	if (!test->settings->quiet)
		fprintf(stderr, "%s%s\n", lead,
			check_verdict_names[report->verdict]);
	check_report_free(report);
	return 0;
}

/* Rounds of all kinds until the time is over; at least one. */
static int run_rounds(struct selftest *test, struct fr_error *err)
{
	uint64_t start = clock_ns(), seed = test->settings->seed;

	do {
		for (size_t kind = 0; kind < HANDICAPS; kind++)
			if (run_check(test, kind, seed++, err) < 0)
				return -1;
	} while (clock_ns() - start < test->time_ns);
	return 0;
}

/*
 * The interval of a share (95 %), as exact as counts allow: C. J. Clopper,
 * E. S. Pearson, Biometrika 26, 1934.
 */
static struct estimate share_of(unsigned hits, unsigned all)
{
	const double tail = (1 - STATS_CONFIDENCE) / 2;
	double k = hits, n = all;

	return (struct estimate){
		.value = k / n,
		.low = hits ? gsl_cdf_beta_Pinv(tail, k, n - k + 1) : 0,
		.high = hits < all ? gsl_cdf_beta_Qinv(tail, k + 1, n - k) : 1,
	};
}

/* The columns, in their order. */
enum {
	COLUMN_KIND,
	COLUMN_CHECKS,
	COLUMN_ALARMS,
	COLUMN_SHARE,
	COLUMN_INTERVAL,
	COLUMN_MEANING,
	COLUMN_INCONCLUSIVE,
	COLUMN_INVALID,
	COLUMNS,
};

static const struct text_column columns[COLUMNS] = {
	[COLUMN_KIND] = {.head = {"slowed by"}, .least = 14, .is_left = true},
	[COLUMN_CHECKS] = {.head = {"checks"}, .gap = 1},
	[COLUMN_ALARMS] = {.head = {"alarms"}, .gap = 1},
	[COLUMN_SHARE] = {.head = {"share, %"}, .gap = 1, .leaves = 3},
	[COLUMN_INTERVAL] = {.head = {"interval, %"}, .least = 12, .gap = 1},
	[COLUMN_MEANING] = {.least = 14,
		.name = "what alarms are",
		.gap = 2,
		.is_left = true,
		.leaves = 4},
	[COLUMN_INCONCLUSIVE] = {.head = {"inconclusive"},
		.gap = 1,
		.leaves = 2},
	[COLUMN_INVALID] = {.head = {"invalid"}, .gap = 1, .leaves = 1},
};

static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t kind, size_t column)
{
	const struct selftest *test = ctx;
	const struct tally *tally = &test->tallies[kind];
	unsigned alarms = tally->verdicts[CHECK_REGRESSED];
	struct estimate share = share_of(alarms, tally->checks);
	const unsigned counts[COLUMNS] = {
		[COLUMN_CHECKS] = tally->checks,
		[COLUMN_ALARMS] = alarms,
		[COLUMN_INCONCLUSIVE] = tally->verdicts[CHECK_INCONCLUSIVE],
		[COLUMN_INVALID] = tally->verdicts[CHECK_INVALID],
	};

	if (column == COLUMN_KIND)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", handicaps[kind].name);
	else if (column == COLUMN_SHARE)
		(void)snprintf(text, TEXT_CELL_MAX, "%.1f", 100 * share.value);
	else if (column == COLUMN_INTERVAL)
		(void)snprintf(text, TEXT_CELL_MAX, "%.1f..%5.1f",
			100 * share.low, 100 * share.high);
	else if (column == COLUMN_MEANING)
		(void)snprintf(text, TEXT_CELL_MAX, "%s",
			kind ? "found" : "false alarms");
	else
		(void)snprintf(text, TEXT_CELL_MAX, "%u", counts[column]);
}

/* Prints the counts. Returns the exit status. */
static int report(const struct selftest *test)
{
	struct estimate false_alarms;
	struct text_table table = {.count = COLUMNS,
		.rows = HANDICAPS,
		.cell = write_cell,
		.ctx = test};

	memcpy(table.columns, columns, sizeof(columns));
	screen_fold(&stdout);
	(void)text_table_fit(&table, screen_width(stdout));
	text_table_write_head(&table, stdout);
	for (size_t kind = 0; kind < HANDICAPS; kind++)
		text_table_write_row(&table, stdout, kind);
	text_table_write_rest(&table, stdout, "a pipe has all columns");
	printf("\nOn this machine, a check finds a slow-down of %.1f %% "
	       "(elapsed) or %.1f %% (CPU) 9 times in 10.\n",
		100 * test->mde[0], 100 * test->mde[1]);
	false_alarms = share_of(test->tallies[0].verdicts[CHECK_REGRESSED],
		test->tallies[0].checks);
	if (false_alarms.low <= CHECK_ALPHA)
		return EXIT_OK;
	printf("False alarms are more frequent than promised: do not use "
	       "'flagrace check' as a gate on this machine.\n");
	return EXIT_INVALID;
}

static int selftest(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct selftest_settings *settings = arg;
	const struct check_builds same = {0};
	const struct plan plain = {0}; /* no cell has a link or a trace */
	struct selftest *test = calloc(1, sizeof(*test));
	int stop_fd, rc;

	(void)line;
	if (settings->quick && settings->time_ns) {
		free(test);
		return fr_error_set(err, EXIT_USAGE,
			"--quick and --thorough cannot be combined: a "
			"test has one length");
	}
	if (!test)
		return fr_error_memory(err);
	test->settings = settings;
	test->time_ns = settings->time_ns ? settings->time_ns : QUICK_NS;
	stop_fd = interrupt_open();
	rc = check_sides_open(&test->sides, &same, &plain, stop_fd, err);
	if (!rc) {
		rc = run_rounds(test, err);
		check_sides_close(&test->sides);
	}
	if (!rc)
		rc = report(test);
	free(test);
	close(stop_fd);
	return rc;
}

int cmd_selftest(int argc, char **argv)
{
	struct selftest_settings settings = {
		.seed = 1,
		.pressure = 60,
		.blocks_max = CHECK_LAST_LOOK,
	};

	return command_run(&command, &settings, argc, argv, selftest);
}
