/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run in one row per cell, made from its trials.csv alone. Warm-up blocks
 * are left out. Trials that are not valid are counted and never give a figure.
 *
 * Cells with the same requests, latency, payload, time limit, faults, capacity,
 * bandwidth and arrivals form a group: they did the same work, so they are ranked against each other and against the group's
 * `sequential`. They may differ in the way they did it (protocol,
 * connections, who measured), which summary_way tells. Within a group the
 * rows come ranked; then cells without a figure; last `null`, the harness's
 * own floor.
 *
 * A summary belongs to one thread at a time.
 */
#ifndef HARNESS_JUDGE_SUMMARY_H
#define HARNESS_JUDGE_SUMMARY_H

#include "harness/error.h"
#include "harness/judge/stats.h"
#include "harness/record/rows.h"

/* The strategy that transfers nothing; what it takes is the harness's own. */
#define SUMMARY_FLOOR "null"
/* The strategy the others' speed-up is counted against. */
#define SUMMARY_BASELINE "sequential"

/* What the cells are ranked and compared by. */
enum summary_clock {
	CLOCK_TOTAL,   /* set-up + elapsed + clean-up, as the book times it */
	CLOCK_ELAPSED, /* the downloads alone */
};

/* A cell. Meanings and units stand in summary_schema; NaN is unknown. */
struct summary_row {
	uint64_t group; /* from 1, in the order of the file */
	uint64_t rank;  /* from 1 within its group; FR_UNKNOWN: not ranked */
	char strategy[32];
	uint64_t concurrency;
	uint64_t requests;
	char latency[128];
	uint64_t payload_bytes;
	char protocol[16];
	char connections[8];
	char samples[8];
	uint64_t timeout_ns;
	char fault[128];
	uint64_t capacity;
	char bandwidth[32];
	char arrivals[64];
	uint64_t trials;
	uint64_t verdicts[VERDICT_COUNT];
	char reason[ROWS_TEXT_MAX];
	struct estimate total, elapsed, setup, teardown; /* ns */
	struct estimate ideal;                           /* ns */
	struct estimate efficiency;
	struct estimate cpu;                                 /* ns */
	struct estimate peak_rss;                            /* bytes */
	struct estimate latency_p50, latency_p99, queue_p99; /* ns */
	struct estimate offered_rate, achieved_rate; /* open loop, per s */
	uint64_t not_held; /* valid trials that could not hold the rate */
	struct estimate speed_up; /* baseline's clock / this one's */
	struct estimate behind;   /* this clock / the fastest one's */
	char median_trial[32];
};

extern const struct row_schema summary_schema;

struct summary {
	enum summary_clock clock;
	uint64_t blocks; /* the most trials a cell has: one per block */
	bool torn;       /* trials.csv ends in half a row */
	size_t count;
	struct summary_row *rows; /* count of them; the summary's */
};

/*
 * Reads run_dir/trials.csv. *out is the caller's to free. Returns 0, or -1
 * with *err saying what is wrong with the file; one without any trial outside
 * warm-up is an error too.
 */
int summary_create(struct summary **out, const char *run_dir,
	enum summary_clock clock, struct fr_error *err);

/* NULL is accepted. */
void summary_free(struct summary *summary);

/* The row's estimate by the summary's clock. */
const struct estimate *summary_clock_of(
	const struct summary *summary, const struct summary_row *row);

/* What rows of a group may differ in besides strategy and concurrency. */
enum summary_way {
	WAY_PROTOCOL,
	WAY_CONNECTIONS,
	WAY_SAMPLES,
};
#define WAY_COUNT 3

/* What a row has of it: "http/1.1"; "": unknown, a program's own affair. */
const char *summary_way(const struct summary_row *row, enum summary_way way);

/* What most of count rows have of it, the first of them in a tie. */
const char *summary_usual(
	const struct summary_row *rows, size_t count, enum summary_way way);

/* Whether the row is the harness's floor rather than a way to download. */
bool summary_is_floor(const struct summary_row *row);

#endif
