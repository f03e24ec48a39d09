/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tunes strategies: runs the trials that a search (tuning.h) asks for, for each
 * cell of a plan, until all searches have ended. The searches go side by side:
 * a block of the race has the trials that all of them ask for next.
 */
#ifndef HARNESS_RACE_TUNE_H
#define HARNESS_RACE_TUNE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"
#include "harness/plan/plan.h"
#include "harness/race/race.h"
#include "harness/race/tuning.h"

/* The fewest requests of a trial of an open loop, for its quantiles. */
enum { TUNE_REQUESTS_MIN = 100 };
/* How long a trial of an open loop offers its rate, in seconds. */
#define TUNE_SECONDS       2
#define TUNE_SECONDS_BRIEF 1

/* What is tuned for. */
struct tune_goal {
	enum tuning_loop loop; /* closed: throughput, and nothing below */
	char quantile[8];      /* "p99" */
	size_t latency;        /* offset in struct trial_row */
	uint64_t below_ns;
	char text[32]; /* "p99<200ms" */
};

struct tune_terms {
	struct tune_goal goal;
	double tolerance;   /* closed: of the best throughput, as a share */
	double least, most; /* closed: least concurrency; open: rates per s */
	bool poisson;       /* open: items start at random */
	size_t trials;      /* the most of each search */
};

/* Why a rate was not held. */
enum tune_failure {
	TUNE_HELD,
	TUNE_SLOW,    /* the latency is above the goal */
	TUNE_GROWS,   /* a queue grows in the server */
	TUNE_WAITS,   /* items wait for a worker, more and more */
	TUNE_FAILS,   /* requests fail */
	TUNE_BREAKS,  /* the trial fails, crashes or runs out of time */
	TUNE_UNKNOWN, /* the trial is invalid: it shows nothing */
};
#define TUNE_FAILURES 7

/* What is kept of a trial; NaN: unknown. */
struct tune_trial {
	double throughput, latency_ns;
	char bound_by[16];
	enum tune_failure failure;
};

/* The search for a cell. */
struct tune_search {
	/* Closed: has the most concurrency; open: has the most requests. */
	const struct cell *cell;
	bool needless; /* there is one level only */
	struct tuning tuning;
	/* Of tuning.trials, one by one. */
	struct tune_trial trials[TUNING_TRIALS_MAX];
	size_t invalid;    /* trials that show nothing */
	uint64_t requests; /* of all trials */
};

struct tune {
	struct tune_terms terms;
	struct tune_search *searches; /* count of them; owned */
	size_t count;
};

/* A level and its trials; NaN: unknown. */
struct tune_level {
	double level; /* 0: none */
	double throughput, latency_ns;
	char bound_by[16]; /* of most of its trials; "": unknown */
	enum tune_failure failure;
};

/* What the search for a cell has found. */
struct tune_finding {
	const struct cell *cell;
	bool needless;
	bool ended; /* by its intervals, and not for lack of trials */
	struct tuning_answer answer;
	struct tune_level at; /* the answer; level 0: none */
	/* Closed: the best throughput; open: the least rate not held. */
	struct tune_level other;
	/* Open: the least such rate that is not bound by arrivals. */
	struct tune_level limit;
	size_t trials, invalid;
	uint64_t requests;
};

/*
 * Reads "throughput", or a latency and its limit such as "p99<200ms" (p50, p90,
 * p99 or max). Returns 0, or -1 with *err.
 */
int tune_goal_parse(
	struct tune_goal *goal, const char *text, struct fr_error *err);

/*
 * Prepares a search for each cell of the plan, which outlives *tune; of cells
 * that differ in concurrency alone, a closed loop takes the highest. Strategies
 * that request nothing are left out. Returns 0, or -1 with *err; tune_release
 * in either case.
 */
int tune_init(struct tune *tune, const struct tune_terms *terms,
	const struct plan *plan, struct fr_error *err);

void tune_release(struct tune *tune);

/* The most trials and requests of all searches. */
void tune_limits(const struct tune *tune, size_t *trials, uint64_t *requests);

/* Runs all searches. The race grows, and its folder is open. */
enum race_outcome tune_run(
	struct tune *tune, struct race *race, struct fr_error *err);

/* What the search has found, or so far. */
struct tune_finding tune_find(const struct tune *tune, size_t search);

#endif
