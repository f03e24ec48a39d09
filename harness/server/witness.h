/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's record of an epoch, which begins when the server is configured:
 * a row for each request, of the current trial, another trial or none. Rows are
 * in the order in which the server began to process the requests, which may
 * differ from the order of arrival_ns.
 *
 * Times are CLOCK_MONOTONIC ns of the server's host. Stamps of different
 * connections and of different workers of the server can be compared:
 * arrival_ns and first_in_ns are never earlier than the bytes came in, sent_ns
 * and done_ns are taken before the bytes were written. So when a client sends
 * a request because it has read an answer, the request's arrival_ns is later
 * than the answer's done_ns, and at no instant do more intervals
 * [arrival_ns, done_ns] overlap than the client had requests in flight. This
 * does not hold for in_flight and gone_ns, which are of the moment when the
 * server noticed.
 *
 * first_in_ns is exact when the request came in several pieces. Bytes that were
 * read in one piece have the arrival_ns of the last of them. accepted_ns may be
 * later than first_in_ns, since bytes may wait on a connection before the
 * server accepts it.
 */
#ifndef HARNESS_SERVER_WITNESS_H
#define HARNESS_SERVER_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

/* The trial that a request named. */
enum witness_trial {
	WITNESS_OURS,    /* the current trial */
	WITNESS_OTHERS,  /* another trial, unknown to this run */
	WITNESS_EARLIER, /* an earlier trial of this run */
	WITNESS_UNNAMED, /* none */
};

enum witness_method { WITNESS_GET, WITNESS_HEAD, WITNESS_OTHER_METHOD };

/* What the server did wrong on purpose. */
enum witness_fault {
	WITNESS_NO_FAULT,
	WITNESS_RESET,      /* reset the connection or stream before it */
	WITNESS_RESET_BODY, /* reset the connection or stream within it */
	WITNESS_TRUNCATE,   /* closed the connection within it */
	WITNESS_LIMIT,      /* answered 429 by its rate limit: nothing drawn */
	WITNESS_REFUSED,    /* refused the stream, unprocessed: no delay */
	WITNESS_OTHER_FAULT,
};

enum witness_protocol {
	WITNESS_HTTP_1_1,
	WITNESS_HTTP_1_0,
	WITNESS_HTTP_2,
	WITNESS_SILENT, /* of a connection without a request */
};

/* How TLS began on the request's connection. */
enum witness_tls { WITNESS_PLAIN, WITNESS_FULL, WITNESS_RESUMED };

/* 120 bytes: there may be a million rows. */
struct witness_row {
	uint64_t accepted_ns; /* its connection was accepted */
	uint64_t first_in_ns; /* the first byte of the request arrived */
	uint64_t arrival_ns;  /* the last byte of the request arrived */
	uint64_t delay_ns;    /* drawn for (seed, item, attempt) */
	uint64_t sent_ns;     /* before the answer's first byte was written */
	uint64_t bytes;       /* of the body */
	uint64_t hash;        /* XXH3-64 of the body */
	uint64_t queue_ns;  /* time it waited for capacity, before the delay */
	uint64_t path_hash; /* XXH3-64 of the requested path without query */
	uint64_t done_ns;   /* before the answer's last byte was written */
	uint64_t gone_ns;   /* either side broke off the answer */
	uint32_t item;
	uint32_t in_flight;     /* at arrival, this one included */
	uint32_t connection;    /* number; the server never reuses one */
	uint32_t retry_after_s; /* of the answer's Retry-After; 0: none */
	uint16_t attempt;
	uint16_t status;  /* of HTTP, as intended */
	uint8_t trial;    /* enum witness_trial */
	uint8_t method;   /* enum witness_method */
	uint8_t protocol; /* enum witness_protocol */
	uint8_t fault;    /* enum witness_fault */
	uint8_t tls;      /* enum witness_tls */
};

/* What ALPN chose; nothing: the client offered nothing, or it is no TLS. */
enum witness_alpn { WITNESS_ALPN_NONE, WITNESS_ALPN_HTTP1, WITNESS_ALPN_H2 };

enum witness_tls_version {
	WITNESS_NO_TLS,
	WITNESS_TLS_1_2,
	WITNESS_TLS_1_3,
	WITNESS_OTHER_TLS,
};

/*
 * A connection that was accepted in the epoch. Bytes and segments as in struct
 * witness_connections, until now if it has not ended; UINT64_MAX: unknown.
 */
struct witness_connection {
	uint64_t accepted_ns;
	uint64_t ended_ns; /* UINT64_MAX: it has not ended */
	uint64_t wire_in, wire_out, retransmits;
	uint32_t number;
	uint32_t requests;   /* for items */
	uint8_t protocol;    /* enum witness_protocol; of the last request */
	uint8_t tls;         /* enum witness_tls */
	uint8_t alpn;        /* enum witness_alpn */
	uint8_t tls_version; /* enum witness_tls_version */
};

/* A server keeps at most so many rows of each kind; more are an error. */
enum { WITNESS_ROWS_MAX = 1 << 20 };

/* Of all connections that were accepted in the epoch, also those without a row. */
struct witness_connections {
	uint64_t tls_full, tls_resumed; /* handshakes */
	uint64_t alpn_h2, alpn_http1;   /* ... in which ALPN chose that */
	/*
	 * Bytes that TCP has received and sent on the connections that have
	 * ended, and the number of the others.
	 */
	uint64_t wire_in, wire_out, uncounted;
};

struct witness {
	struct witness_row *rows;
	size_t count;
	uint64_t dropped; /* rows that the server had no room for */
	uint64_t refused; /* connections beyond its max-connections */
	struct witness_connections connections;
	/* In the order of their acceptance; NULL and 0: none, or unknown. */
	struct witness_connection *accepted;
	size_t accepted_count;
	bool accepted_known;
	/* Another client has configured the server since. */
	bool reconfigured;
};

/*
 * The names of the latest trials, whose requests may still arrive: the kernel
 * sends a request that met a full listen queue again and again for minutes,
 * also after its client has given up.
 */
enum { WITNESS_EARLIER_MAX = 64, WITNESS_NAME_MAX = 32 };

struct witness_earlier {
	char names[WITNESS_EARLIER_MAX][WITNESS_NAME_MAX]; /* "": none */
	unsigned count; /* of all so far; new names replace the oldest */
};

/* The name has fewer than WITNESS_NAME_MAX characters. */
void witness_remember(struct witness_earlier *earlier, const char *name);

/*
 * Reads the server's CSV in pieces of any length; the first line names the
 * columns. The caller sets `witness`, which must be empty, `trial` and
 * `earlier`, and everything else to zero.
 */
struct witness_reader {
	struct witness *witness;
	bool of_connections; /* reads `accepted`, not `rows` */
	/* Names of WITNESS_OURS and of WITNESS_EARLIER; may be NULL. */
	const char *trial;
	const struct witness_earlier *earlier;
	size_t capacity; /* of those rows of `witness` */
	int columns;     /* 0: the header line has not been read */
	int map[32];     /* the field of each column */
	char line[1024]; /* the start of the current line */
	size_t length;   /* of `line` */
	bool garbled;
};

/* Reads a piece (an http_sink_fn). Returns 0, or -1 if it is malformed. */
int witness_read(void *reader, const char *bytes, size_t length);

/*
 * Called at the end of the CSV. Empty fields are stored as UINT64_MAX: of
 * connections those that say so, and of requests sent_ns
 * of an answer that was not sent, gone_ns of one that was not broken off,
 * done_ns of one that was not written to its end. Returns 0, or -1 with *err
 * filled in and the witness empty.
 */
int witness_read_end(struct witness_reader *reader, struct fr_error *err);

void witness_release(struct witness *witness);

#endif
