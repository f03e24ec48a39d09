/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of a run, and a table of columns for each kind of row. The writer,
 * the reader and the documentation use the table, so a column is defined once.
 * A run folder has trials.csv (one row per trial), requests.csv (one row per
 * item of each trial), connections.csv (one row per connection of each trial)
 * and hosts.csv (one row per host of each trial of flagrace-mpi);
 * results/README.md lists the columns.
 *
 * Rows are plain memory without pointers. The schemas are constant; all
 * functions may be called from any thread.
 */
#ifndef HARNESS_RECORD_ROWS_H
#define HARNESS_RECORD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flagrace/job.h"

#include "harness/base/values.h"
#include "harness/plan/workload.h"

/* Raised when the meaning of a column changes. */
#define ROWS_SCHEMA_VERSION 1

/* The size of the longest text of any row, with its NUL. */
#define ROWS_TEXT_MAX 256

/* How a trial ended. See trial_verdict_counts. */
enum trial_verdict {
	VERDICT_UNKNOWN,     /* not judged yet; never in a file */
	VERDICT_VALID,       /* ran, and client and witness agree */
	VERDICT_INVALID,     /* ran, but client and witness disagree */
	VERDICT_FAILED,      /* the strategy or its set-up returned an error */
	VERDICT_TIMEOUT,     /* was killed at its deadline */
	VERDICT_CRASHED,     /* was ended by a signal, or called exit */
	VERDICT_UNWITNESSED, /* ran against a server without a witness */
};
#define VERDICT_COUNT 7

/* Tells whether such a trial yields figures: it is valid or unwitnessed. */
bool trial_verdict_counts(enum trial_verdict verdict);

/* "valid", "invalid", ...; "" for VERDICT_UNKNOWN. */
const char *trial_verdict_name(enum trial_verdict verdict);

/* A row of trials.csv. trial_schema has meanings and units. */
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
	uint64_t work_ns;
	uint64_t retries;
	uint64_t retry_wait_ns;
	uint64_t limited;
	uint64_t oom;
	uint64_t link_packets;
	uint64_t link_bytes;
	uint64_t link_lost;
	uint64_t link_dropped;
	uint64_t link_late_p99_ns;
	uint64_t link_late_max_ns;
	uint64_t first_start_ns;
	uint64_t tls_full;
	uint64_t tls_resumed;
	uint64_t memory_peak_bytes;
	uint64_t latency_growth_ns;
	uint64_t requests_received;
	uint64_t alpn_h2;
	uint64_t alpn_http1;
	uint64_t wire_in_bytes;
	uint64_t wire_out_bytes;
	char shard[24];
	char host[64];
	uint64_t host_count;
	char host_places[128];
	uint64_t clock_bound_ns;
	char slowest_host[80];
	double host_efficiency;
	uint64_t connections_accepted;
};

/* A row of requests.csv. Times are relative to t0 of the trial. */
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
	uint64_t answered_ns;
	uint64_t work_start_ns;
	uint64_t work_end_ns;
	uint64_t retries;
	uint64_t retry_wait_ns;
	uint64_t tls_ns;
	uint64_t host;
};

/* A row of connections.csv. Times are relative to t0 of the trial. */
struct connection_row {
	char run[64];
	char trial[32];
	uint64_t connection;
	uint64_t accepted_ns;
	uint64_t ended_ns;
	char protocol[16];
	char tls[8];
	char tls_version[16];
	char alpn[16];
	uint64_t requests;
	uint64_t wire_in_bytes;
	uint64_t wire_out_bytes;
	uint64_t retransmits;
};

/* A row of hosts.csv. */
struct trial_host_row {
	char run[64];
	char trial[32];
	uint64_t host;
	char name[64];
	uint64_t requests;
	uint64_t concurrency;
	int64_t offset_ns;
	uint64_t bound_ns;
	uint64_t start_ns;
	uint64_t elapsed_ns;
	double efficiency;
	uint64_t cpu_ns;
};

/*
 * Makes every member unknown: texts empty, counts FR_UNKNOWN, reals NaN,
 * block 0, verdict unknown, status FR_NOT_RUN; schema_version is set.
 */
void trial_row_init(struct trial_row *row);
void request_row_init(struct request_row *row);
void connection_row_init(struct connection_row *row);
void trial_host_row_init(struct trial_host_row *row);

enum column_type {
	COLUMN_TEXT,    /* char[size], ends with NUL; "": unknown */
	COLUMN_WORD,    /* an enum, written as words[value] */
	COLUMN_COUNT,   /* uint64_t; FR_UNKNOWN: unknown */
	COLUMN_INTEGER, /* int64_t, always known */
	COLUMN_REAL,    /* double; NaN: unknown */
	COLUMN_HASH,    /* as COLUMN_COUNT, written as 16 hex digits */
};

struct column {
	const char *name;
	enum column_type type;
	bool required;            /* files and rows without it are errors */
	size_t offset;            /* within the row */
	size_t size;              /* of the member, in bytes */
	const char *const *words; /* COLUMN_WORD: word_count names */
	size_t word_count;
	const char *unit;    /* "ns", "bytes", "requests"; "": none */
	const char *meaning; /* one sentence */
};

/* A kind of row: the name of its file, and its columns in order. */
struct row_schema {
	const char *file;
	size_t row_size;
	const struct column *columns;
	size_t count;
	/*
	 * For readers; may be NULL. fault: returns what is wrong with a row
	 * whose columns are right by themselves; NULL: nothing. name: writes
	 * the name of the row, which must be unique in the file.
	 */
	const char *(*fault)(const void *row);
	void (*name)(char name[ROWS_TEXT_MAX], const void *row);
};

extern const struct row_schema trial_schema;
extern const struct row_schema request_schema;
extern const struct row_schema connection_schema;
extern const struct row_schema trial_host_schema;

/* Makes every column of a row unknown. */
void row_init(const struct row_schema *schema, void *row);

/*
 * Copies length bytes of text into target, which has size >= 1 bytes and always
 * gets a final NUL. Cuts a long text between characters. Replaces control
 * characters and invalid UTF-8 by `?`, so that the text cannot control a
 * terminal. Returns whether all of it fitted.
 */
bool row_text(char *target, size_t size, const char *text, size_t length);

#endif
