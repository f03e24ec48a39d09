/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a strategy is handed: a job of n items, and one sample for each.
 *
 * Slot i belongs to item i. The worker that performs item i writes samples[i]
 * (the client does it for the worker), and nobody else touches it. So no lock
 * is needed, and the same memory serves threads, event loops and forked
 * processes: it is mapped MAP_SHARED before the strategy starts. A slot with a
 * start and the status FR_NOT_RUN was started and never finished. The samples
 * of a worker are visible after the worker was joined (pthread_join, waitpid,
 * the end of a parallel region, a completed future).
 *
 * Every time is CLOCK_MONOTONIC in nanoseconds, so stamps of different
 * processes and of the server on the same host can be compared.
 */
#ifndef FLAGRACE_JOB_H
#define FLAGRACE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How an item ended. A request that fails is data, not an error. */
enum fr_status {
	FR_NOT_RUN = 0, /* nobody performed it: the slot is as it was made */
	FR_OK,          /* a 2xx answer, its whole body received */
	FR_HTTP_ERROR,  /* a whole answer with any other status */
	FR_NET_ERROR,   /* no connection, a reset, a short or garbled answer */
	FR_TIMEOUT,     /* no whole answer within fr_http.timeout_ms */
	FR_CANCELLED,   /* given up on purpose before it was sent */
	FR_AGAIN,       /* never in a sample: the item is to be tried again */
};
#define FR_STATUS_COUNT 6 /* of those that a sample may have */

/*
 * What is recorded of one item: two cache lines, written by one worker at a
 * time. The second line stays zero without work, retries and TLS.
 */
struct fr_sample {
	_Alignas(64) uint64_t start_ns; /* the first transfer was started */
	uint64_t end_ns;     /* body complete and work done, or failure known */
	uint64_t connect_ns; /* connection made; 0: one was reused */
	uint64_t first_byte_ns; /* first byte (libcurl: line); 0: none came */
	uint64_t body_bytes;    /* body bytes received */
	uint64_t body_hash;     /* XXH3-64 of those bytes */
	uint32_t worker;        /* that performed it: 0..concurrency-1 */
	/*
	 * If the transfer failed: -errno of the system call that failed, or
	 * the CURLcode, which is positive, if none did. Otherwise 0.
	 */
	int32_t error;
	uint16_t http_status; /* 0: no status line came */
	uint16_t attempts;    /* times it was sent */
	uint16_t retries;     /* times it was tried again after a failure */
	uint8_t status;       /* enum fr_status */

	uint64_t tried_ns;      /* the last try was started; 0: the first */
	uint64_t due_ns;        /* when that try might start; 0: the first */
	uint64_t retry_wait_ns; /* from each failure to the next try, summed */
	uint64_t answered_ns;   /* body complete, if there is work; else 0 */
	uint64_t work_start_ns, work_end_ns; /* 0: no work was done */
	uint64_t work_result; /* which only the whole CPU work yields */
	/* -errno of saving the body; -EALREADY: fr_work was called again. */
	int32_t work_error;
	uint32_t
		tls_us; /* from connect_ns to the end of the handshake; 0: none */
};
_Static_assert(sizeof(struct fr_sample) == 128, "two cache lines");

/* HTTP settings, the same for every strategy of a comparison. */
struct fr_http {
	unsigned timeout_ms;    /* of one item, from start to end; >= 1 */
	bool fresh_connections; /* a new connection for every item */
	const char *range; /* "0-999": bytes to ask for; NULL: all of them */
	/*
	 * For https URLs. A file with the certificates to trust, in PEM; NULL:
	 * those of the system.
	 */
	const char *authorities;
	bool any_certificate; /* accept whatever the server shows */
	/*
	 * Each connection makes a full handshake of TLS. Otherwise a worker
	 * resumes the session of its last connection.
	 */
	bool full_handshakes;
};

/*
 * Lets a program such as `flagrace download` watch a job. NULL in a race.
 * Every member is optional. Calls come from any worker, from several at once,
 * and from worker processes, which share only file descriptors with the
 * watching program. Texts and bodies are valid during the call.
 */
struct fr_observer {
	/* The item was submitted; `future` describes its future. */
	void (*scheduled)(void *ctx, size_t item, const char *future);
	/* The item's answer has come; its sample's end is not stamped yet. */
	void (*arrived)(void *ctx, size_t item, const struct fr_sample *sample,
		const void *body, size_t length);
	/* The caller that submitted the item has received its result. */
	void (*completed)(void *ctx, size_t item, const char *future);
	void *ctx;
};

struct fr_client;
struct fr_strategy;
struct fr_work;
struct fr_retry;

/* A strategy may write only priv. */
struct fr_job {
	size_t n;                /* items; >= 1 */
	unsigned concurrency;    /* most requests in flight; 1..n */
	const char *const *urls; /* n absolute URLs; a host may be a name */
	const char *trial;       /* the name of this trial for the witness */
	const struct fr_http *http;
	const struct fr_observer *observer; /* NULL: nobody watches */
	struct fr_sample *samples;          /* n slots */
	struct fr_client **clients; /* one a worker, by fr_clients_open */
	void *priv; /* the strategy's own, from setup to teardown */
	const struct fr_strategy *strategy; /* the one that runs */
	/*
	 * Open loop: the intended start of each item, in ns after *t0_ns, in
	 * ascending order. NULL: closed loop, where each item starts as soon
	 * as a worker is free. Strategies call fr_due_in_ns instead.
	 */
	const uint64_t *due_ns;
	const uint64_t *t0_ns;        /* shared with worker processes */
	const struct fr_work *work;   /* after each answer; NULL: none */
	const struct fr_retry *retry; /* NULL: a failed item has ended */
	unsigned cpus; /* that the trial may use, rounded up; >= 1 */
	/*
	 * The server is a witness. Its URLs have no query, so that a client may
	 * put ?flagrace=TRIAL/ITEM/ATTEMPT behind them, in place of the field
	 * X-Flagrace-Item.
	 */
	bool witnessed;
	/*
	 * n: the number of each item in a whole job of which this one is a
	 * part. NULL: item i has the number i. For the client alone.
	 */
	const uint32_t *numbers;
};

#endif
