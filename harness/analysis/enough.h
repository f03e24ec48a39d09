/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many requests in flight are enough for a strategy: the least concurrency
 * that was within ENOUGH_MARGIN of the strategy's own best, among those that
 * were measured with the same workload. docs/METHOD.md has the rule.
 */
#ifndef HARNESS_ANALYSIS_ENOUGH_H
#define HARNESS_ANALYSIS_ENOUGH_H

#include "harness/runs/summary.h"

/* So many concurrencies make a sweep. */
enum { ENOUGH_LEVELS_MIN = 3 };

/* A concurrency is enough if it takes at most this share longer. */
#define ENOUGH_MARGIN 0.05

/* A strategy in a sweep of concurrencies. All but the interval were measured. */
struct enough {
	size_t sweep; /* from 1; rows of a sweep are together */
	struct workload workload;
	char strategy[SUMMARY_LABEL_MAX];
	uint64_t least, most; /* its concurrencies */
	uint64_t enough;
	uint64_t low, high; /* interval of `enough`; 0: too few blocks */
	uint64_t fastest;
};

struct enoughs {
	size_t count;
	struct enough *rows; /* count of them; owned */
};

/*
 * Finds the sweeps of concurrency in the runs' trials, by the clock. There may
 * be none; open loops are none, because arrivals decide their times. The same
 * runs give the same intervals. Returns 0, or -1 with *err as summary_create
 * does. enoughs_release in either case.
 */
int enoughs_find(struct enoughs *enoughs, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err);

void enoughs_release(struct enoughs *enoughs);

#endif
