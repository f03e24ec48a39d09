/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows a run leaves behind, and the table of columns that describes each:
 * writer, reader and documentation are driven by the table, so a column is
 * written down once. A run folder has trials.csv (one row per trial) and
 * requests.csv (one per item of each trial); results/README.md lists them.
 *
 * Rows are plain memory without pointers: copy them freely, free nothing.
 * The schemas are constant; all calls may be made from any thread.
 */
#ifndef HARNESS_RECORD_ROWS_H
#define HARNESS_RECORD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flagrace/job.h"

#include "harness/base/values.h"
#include "harness/plan/workload.h"

/* The version of the columns' meaning: changed when one changes its sense. */
#define ROWS_SCHEMA_VERSION 1

/* Longest text a row of any file can hold, its end included. */
#define ROWS_TEXT_MAX 256

/* What became of a trial. Only a valid one ever yields a figure. */
enum trial_verdict {
	VERDICT_UNKNOWN,     /* not judged yet; never in a file */
	VERDICT_VALID,       /* ran, and client and witness agree */
	VERDICT_INVALID,     /* ran, but the accounts do not agree */
	VERDICT_FAILED,      /* the strategy or its set-up returned an error */
	VERDICT_TIMEOUT,     /* not done by its deadline, and killed */
	VERDICT_CRASHED,     /* ended by a signal or an exit of its own */
	VERDICT_UNWITNESSED, /* ran, and no witness was there to agree */
};
#define VERDICT_COUNT 7

/* Whether such a trial yields figures: valid, or as good as there can be. */
bool trial_verdict_counts(enum trial_verdict verdict);

/* "valid", "invalid", ...; "" for VERDICT_UNKNOWN. */
const char *trial_verdict_name(enum trial_verdict verdict);

/* A line of trials.csv. Meanings and units stand in trial_schema. */
struct trial_row {
	uint64_t schema_version;
	char run[64];
	char started_at[32];
	int64_t block; /* <= 0: warm-up, in no summary */
	char trial[32];
	char suite[64];
	char strategy[32];
	uint64_t concurrency;
	uint64_t seed;
	char protocol[16];
	struct workload workload;
	enum trial_verdict verdict;
	char reason[ROWS_TEXT_MAX];
	uint64_t setup_ns;
	uint64_t elapsed_ns;
	uint64_t teardown_ns;
	uint64_t ideal_ns;
	double efficiency;
	uint64_t ok;
	uint64_t http_error;
	uint64_t net_error;
	uint64_t timeout;
	uint64_t cancelled;
	uint64_t not_run;
	uint64_t body_bytes;
	uint64_t peak_in_flight;
	double mean_in_flight;
	uint64_t connections_opened;
	uint64_t latency_p50_ns;
	uint64_t latency_p90_ns;
	uint64_t latency_p99_ns;
	uint64_t latency_max_ns;
	uint64_t first_result_ns;
	uint64_t half_results_ns;
	uint64_t cpu_user_ns;
	uint64_t cpu_sys_ns;
	uint64_t peak_rss_bytes;
	uint64_t voluntary_switches;
	uint64_t involuntary_switches;
	uint64_t server_cpu_ns;
	char bound_by[16];
	char samples[8];
	double offered_rate;
	double achieved_rate;
	char rate_held[8];
	uint64_t queue_p50_ns;
	uint64_t queue_p99_ns;
	uint64_t last_result_ns;
	double witness_mean_in_flight;
	uint64_t outside_ns;
	char little[8];
	uint64_t threads_created;
	uint64_t processes_created;
	char failures[128];
	uint64_t listen_overflows;
	uint64_t syn_retransmits;
	uint64_t throttled_ns;
	uint64_t cpu_ns;
	char cpu_by[8];
	uint64_t total_ns;
	uint64_t server_late_ns;
	uint64_t dispatch_ns;
	uint64_t dispatch_p50_ns;
	uint64_t dispatch_p99_ns;
	uint64_t rest_ns;
};

/* A line of requests.csv. Times count from the trial's t0. */
struct request_row {
	char run[64];
	char trial[32];
	uint64_t item;
	char path[128];
	uint64_t worker;
	uint64_t start_ns;
	uint64_t connect_ns;
	uint64_t first_byte_ns;
	uint64_t end_ns;
	enum fr_status status;
	uint64_t http_status;
	uint64_t body_bytes;
	uint64_t body_hash;
	uint64_t attempts;
	uint64_t witness_arrival_ns;
	uint64_t witness_delay_ns;
	uint64_t witness_sent_ns;
	uint64_t witness_in_flight;
	uint64_t witness_connection;
	uint64_t intended_ns;
	char cause[16];
};

/*
 * Makes every member unknown: texts empty, counts FR_UNKNOWN, reals NaN,
 * block 0, verdict unknown, status FR_NOT_RUN; schema_version is set.
 */
void trial_row_init(struct trial_row *row);
void request_row_init(struct request_row *row);

enum column_type {
	COLUMN_TEXT,    /* char[size], ends with NUL; "" is unknown */
	COLUMN_WORD,    /* an enum, written as words[value] */
	COLUMN_COUNT,   /* uint64_t, FR_UNKNOWN is unknown */
	COLUMN_INTEGER, /* int64_t, always known */
	COLUMN_REAL,    /* double, NaN is unknown */
	COLUMN_HASH,    /* uint64_t written as 16 hex digits; FR_UNKNOWN */
};

struct column {
	const char *name;
	enum column_type type;
	bool required; /* a reader refuses files and rows without it */
	size_t offset; /* within the row */
	size_t size;   /* of the member, in bytes */
	const char *const *words; /* COLUMN_WORD: word_count names */
	size_t word_count;
	const char *unit; /* "ns", "bytes", "requests"; "" when it has none */
	const char *meaning; /* one sentence */
};

/* One kind of row: its file's name and its columns in the file's order. */
struct row_schema {
	const char *file;
	size_t row_size;
	const struct column *columns;
	size_t count;
	/*
	 * Both for a reader, and may be NULL. fault: what is wrong with a row
	 * of which each column alone is right; NULL: nothing. name: what no
	 * other row of the file may be called.
	 */
	const char *(*fault)(const void *row);
	void (*name)(char name[ROWS_TEXT_MAX], const void *row);
};

extern const struct row_schema trial_schema;
extern const struct row_schema request_schema;

/* Makes every column of a row of that schema unknown, as above. */
void row_init(const struct row_schema *schema, void *row);

/*
 * Copies length bytes of text into target (size >= 1 bytes, always ended):
 * cut between characters if too long, with `?` for each control character and
 * each byte that is not UTF-8, so that what is shown cannot steer a terminal.
 * Returns whether all of it fitted.
 */
bool row_text(char *target, size_t size, const char *text, size_t length);

#endif
