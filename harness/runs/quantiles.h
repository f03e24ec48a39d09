/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantiles over the requests of runs, by group of trials: requests.csv is read
 * in one pass, and the memory does not grow with the number of rows. Only
 * requests of trials that give figures count. The requests of a trial are not
 * independent, so these figures are descriptive and have no interval; to
 * compare strategies, compare trials (breakdown.h).
 */
#ifndef HARNESS_RUNS_QUANTILES_H
#define HARNESS_RUNS_QUANTILES_H

#include "harness/base/error.h"
#include "harness/runs/listing.h"

/* A group's requests for a metric; reals in the head's unit. */
struct quantiles_row {
	struct listing_head head;
	uint64_t requests; /* those that have the figure */
	double mean, least, p50, p90, p99, p99_9, most;
};

/*
 * Reads both files of each of run_dirs (at least one). keys are columns of
 * trials.csv, and metrics are measures of requests.csv, with commas between. *out is the caller's
 * to free; its rows are struct quantiles_row. Returns 0, or -1 with *err.
 */
int quantiles_create(struct listing **out, const char *const *run_dirs,
	size_t runs, const char *keys, const char *metrics,
	struct fr_error *err);

#endif
