/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A metric over finished runs, oldest first: the ratio of each cell of a run to
 * a reference in the same run, so that the speed of the machine on that day
 * cancels out, and the change since the previous run. A history informs and
 * proves nothing: runs are not interleaved with each other.
 */
#ifndef HARNESS_ANALYSIS_HISTORY_H
#define HARNESS_ANALYSIS_HISTORY_H

#include "harness/base/error.h"
#include "harness/base/stats.h"
#include "harness/runs/listing.h"
#include "harness/runs/trials.h"

enum { HISTORY_RUNS_MAX = 1000, HISTORY_ROWS_MAX = 32768 };

/* What is asked of the runs. */
struct history_terms {
	const char *metric;    /* one of trial_measures */
	const char *reference; /* a strategy, or a cell as in openmp@8 */
};

/* Whether the ratio changed since the previous run. */
enum history_verdict {
	HISTORY_UNKNOWN,   /* one of the two has no interval, or is not there */
	HISTORY_UNCHANGED, /* the two intervals overlap */
	HISTORY_CHANGED,   /* they do not */
};

/* A cell of a run. NaN is unknown. */
struct history_row {
	struct listing_head head; /* keys: run, strategy, concurrency, .. */
	char started_at[32];      /* the run */
	double median;            /* in the head's unit */
	struct estimate ratio;    /* to the reference of the run, by block */
	double change; /* ratio / that of the cell's previous run, - 1 */
	enum history_verdict verdict; /* on that */
	uint64_t trials;
	uint64_t failed; /* requests of them */
};

/* Whether a run is shown. */
enum history_part {
	HISTORY_SHOWN,
	HISTORY_NO_TRIAL,     /* left out: none of its trials is valid */
	HISTORY_NO_REFERENCE, /* left out: the reference has no valid trial */
};

struct history_run {
	const char *dir; /* the caller's */
	struct run_survey survey;
	enum history_part part;
	char hosts[512]; /* host_difference to the run shown before it */
};

struct history {
	struct listing *listing;  /* of struct history_row; owned */
	struct history_run *runs; /* owned; count of them, oldest first */
	size_t count;
	char notes[640]; /* the listing's */
};

/*
 * Reads trials.csv and run.json of each of run_dirs (1..HISTORY_RUNS_MAX of
 * them, which outlive the history). Returns 0, or -1 with *err, also when no
 * run has the reference or a run is given twice. The caller releases the
 * history in either case.
 */
int history_init(struct history *history, const char *const *run_dirs,
	size_t count, const struct history_terms *terms, struct fr_error *err);

void history_release(struct history *history);

#endif
