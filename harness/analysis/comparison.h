/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two finished runs side by side: for each cell that both have, the ratio of
 * their medians. The runs were not interleaved, so the ratio includes whatever
 * changed between them, such as the load of the machine: a comparison informs
 * and proves nothing.
 *
 * A setting that has one value throughout one run and another value throughout
 * the other run does not distinguish cells: the runs differ in it.
 */
#ifndef HARNESS_ANALYSIS_COMPARISON_H
#define HARNESS_ANALYSIS_COMPARISON_H

#include "harness/base/error.h"
#include "harness/base/stats.h"
#include "harness/runs/listing.h"

enum { COMPARISON_BASE, COMPARISON_NEW, COMPARISON_RUNS };

/* A cell's figure for a metric; NaN where a run has none. */
struct comparison_row {
	struct listing_head head;
	double base, new;      /* medians, in the head's unit */
	struct estimate ratio; /* new / base, of the medians */
	uint64_t base_trials, new_trials;
	uint64_t base_failed, new_failed; /* requests of them */
	bool fails_more; /* new failed significantly more than base */
};

struct comparison {
	struct listing *listing; /* its rows are struct comparison_row; owned */
	size_t settings;         /* how many of them the runs differ in */
	char differs
		[512];   /* "latency (50ms, 100ms), seed (1, 2)"; may be cut */
	char hosts[512]; /* the same of the hosts; "": no difference */
};

/*
 * Reads trials.csv and run.json of both run_dirs; a run.json that is missing
 * leaves its host unknown. metrics: at most LISTING_METRICS_MAX with commas
 * between. Returns 0, or -1 with *err, also when the runs have no cell in common. The
 * caller releases it in either case.
 */
int comparison_init(struct comparison *comparison,
	const char *const run_dirs[COMPARISON_RUNS], const char *metrics,
	struct fr_error *err);

void comparison_release(struct comparison *comparison);

#endif
