/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Summarizes one or several runs in one row per cell, from their trials.csv
 * alone. Warm-up blocks are left out. Trials that are not valid are counted but
 * give no figures.
 *
 * Cells that did the same work (workload.h) form a group. They are ranked
 * against each other and compared with a cell of the reference strategy in the
 * group: the cell of the same concurrency, or else the fastest one. Cells of a
 * group may differ in the way they did the work (protocol, connections, who
 * measured), which summary_way tells. Groups are sorted by their work. Within a
 * group the ranked rows come first; then cells that failed significantly more
 * of their requests than another cell, since to fail fast is not to be fast;
 * then cells of which every request failed; then cells without a figure; last
 * `null`, the floor of the harness.
 *
 * A summary belongs to one thread at a time.
 */
#ifndef HARNESS_RUNS_SUMMARY_H
#define HARNESS_RUNS_SUMMARY_H

#include "harness/base/error.h"
#include "harness/base/stats.h"
#include "harness/record/rows.h"
#include "harness/runs/failing.h"

/* The strategy that transfers nothing: its time is the harness's own. */
#define SUMMARY_FLOOR "null"
/* The strategy the others are compared with, unless another is named. */
#define SUMMARY_REFERENCE "sequential"
/* Room for a strategy's name with its concurrency, as in pthread-map@20. */
#define SUMMARY_LABEL_MAX 64

/* What the cells are ranked and compared by. */
enum summary_clock {
	CLOCK_TOTAL,   /* set-up + elapsed + clean-up, as the book times it */
	CLOCK_ELAPSED, /* the downloads alone */
};

/* The words of --clock, by enum summary_clock; ends with NULL. */
extern const char *const summary_clock_names[];

/* What a comparison is made by. */
struct summary_terms {
	enum summary_clock clock;
	/*
	 * A strategy, or a cell as in pthread-map@20, that was run. NULL:
	 * SUMMARY_REFERENCE if it was run.
	 */
	const char *reference;
};

/* What the elapsed time of one trial is made of, in ns; NaN: unknown. */
struct summary_parts {
	double elapsed, ideal, server_late, dispatch, rest;
};

/* A cell. summary_schema has meanings and units; NaN is unknown. */
struct summary_row {
	uint64_t group; /* from 1, the least work first */
	uint64_t rank;  /* from 1 within its group; FR_UNKNOWN: not ranked */
	char strategy[32];
	uint64_t concurrency;
	char protocol[16];
	char samples[8];
	struct workload workload;
	uint64_t trials;
	uint64_t verdicts[VERDICT_COUNT];
	char reason[ROWS_TEXT_MAX];
	/* Of all trials that give figures; FR_UNKNOWN: no trial says. */
	uint64_t requests_ok, requests_failed;
	/* A cell of the group that failed significantly fewer; "": none. */
	char fails_more_than[SUMMARY_LABEL_MAX];
	char failures[128];           /* why: "12 reset; 3 no-port" */
	uint64_t listen_queue, quota; /* valid trials bound by it */
	struct estimate connections_opened;
	struct estimate server_late, dispatch, rest; /* ns */
	struct estimate retries, retry_wait; /* of a trial: requests, ns */
	struct estimate peak_in_flight, first_start; /* requests, ns */
	struct summary_parts parts; /* no column: what median_trial says */
	struct estimate total, elapsed, setup, teardown; /* ns */
	struct estimate ideal;                           /* ns */
	struct estimate efficiency;
	struct estimate cpu;                                 /* ns */
	struct estimate peak_rss;                            /* bytes */
	struct estimate throughput;                          /* requests/s */
	struct estimate latency_p50, latency_p99, queue_p99; /* ns */
	struct estimate offered_rate, achieved_rate; /* open loop, per s */
	uint64_t not_held; /* valid trials that could not hold the rate */
	struct estimate speed_up; /* the reference's clock / this one's */
	struct estimate behind;   /* this clock / the fastest one's */
	char median_trial[32];
};

extern const struct row_schema summary_schema;

struct summary {
	enum summary_clock clock;
	char reference[SUMMARY_LABEL_MAX]; /* what speed-up is over */
	uint64_t blocks; /* the most trials a cell has: one per block */
	bool torn;       /* a trials.csv ends in half a row */
	size_t count;
	struct summary_row *rows; /* count of them; the summary's */
};

/*
 * Reads trials.csv of each of run_dirs (at least one). *out is the caller's to
 * free. Returns 0, or -1 with *err saying what is wrong with a file or the
 * terms, also if there is no trial outside warm-up.
 */
int summary_create(struct summary **out, const char *const *run_dirs,
	size_t runs, const struct summary_terms *terms, struct fr_error *err);

/* NULL is accepted. */
void summary_free(struct summary *summary);

/* The row's estimate by the summary's clock. */
const struct estimate *summary_clock_of(
	const struct summary *summary, const struct summary_row *row);

/* "pthread-map@20" */
void summary_label(
	char label[SUMMARY_LABEL_MAX], const struct summary_row *row);

/* What rows of a group may differ in besides strategy and concurrency. */
enum summary_way {
	WAY_PROTOCOL,
	WAY_CONNECTIONS,
	WAY_SAMPLES,
};
#define WAY_COUNT 3

/* The row's value, such as "http/1.1"; "": the program alone knows it. */
const char *summary_way(const struct summary_row *row, enum summary_way way);

/*
 * The number of connections that the row's cell needs: one for each request in
 * flight, or one for each request if connections are fresh.
 */
uint64_t summary_connections(const struct summary_row *row);

/* The most frequent value among the rows; in a tie, the first one. */
const char *summary_usual(
	const struct summary_row *rows, size_t count, enum summary_way way);

/* The row's requests and how many failed; 0 requests if unknown. */
struct failing summary_failing(const struct summary_row *row);

/* Whether requests of the row failed, and none succeeded. */
bool summary_all_failed(const struct summary_row *row);

/* Whether the row is the floor of the harness or of a program, and not a way
 * to download. */
bool summary_is_floor(const struct summary_row *row);

#endif
