/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs broken down by any columns of trials.csv: for each group and metric the
 * median over its trials with its exact interval, the extremes, and the ratio
 * to a reference strategy, paired by block. Only trials that give figures
 * count.
 */
#ifndef HARNESS_RUNS_BREAKDOWN_H
#define HARNESS_RUNS_BREAKDOWN_H

#include "harness/base/error.h"
#include "harness/base/stats.h"
#include "harness/runs/listing.h"

/* What is asked of the runs. */
struct breakdown_terms {
	const char *keys;      /* columns to group by, commas between */
	const char *metrics;   /* at most LISTING_METRICS_MAX, likewise */
	const char *reference; /* NULL: SUMMARY_REFERENCE if it was run */
	/* A reference that was not run means no ratios; it is no error. */
	bool lenient;
};

/* A group's figure for a metric. */
struct breakdown_row {
	struct listing_head head;
	uint64_t trials;        /* those that have the figure */
	struct estimate median; /* in the head's unit, like the next two */
	double least, most;
	struct estimate ratio; /* this / the reference's, by block */
	uint64_t failed;       /* requests of its trials */
};

/*
 * Reads trials.csv of each of run_dirs (at least one). *out is the caller's to
 * free; its rows are struct breakdown_row. Returns 0, or -1 with *err saying
 * what is wrong with a file or the terms. It is also an error if no trial gives
 * a figure.
 */
int breakdown_create(struct listing **out, const char *const *run_dirs,
	size_t runs, const struct breakdown_terms *terms, struct fr_error *err);

#endif
