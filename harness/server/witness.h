/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's account of an epoch, which begins when the server is configured:
 * a row for each request, whether it named the trial, another trial or none.
 * Rows are in the order in which the server took the requests up, which may
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
 * later than first_in_ns, since bytes may wait on a connection before the server
 * accepts it.
 */
#ifndef HARNESS_SERVER_WITNESS_H
#define HARNESS_SERVER_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/base/error.h"

/* Whose request a row is of. */
enum witness_trial {
	WITNESS_OURS,    /* the trial's */
	WITNESS_OTHERS,  /* it named another trial */
	WITNESS_EARLIER, /* it named one of the trials before */
	WITNESS_UNNAMED, /* it named none */
};

enum witness_method { WITNESS_GET, WITNESS_HEAD, WITNESS_OTHER_METHOD };

/* What the server did to the answer on purpose, as far as it broke it off. */
enum witness_fault {
	WITNESS_NO_FAULT,
	WITNESS_RESET,      /* the connection or stream, before the answer */
	WITNESS_RESET_BODY, /* the same within it */
	WITNESS_TRUNCATE,   /* it ended within it */
	WITNESS_OTHER_FAULT,
};

enum witness_protocol { WITNESS_HTTP_1_1, WITNESS_HTTP_1_0, WITNESS_HTTP_2 };

/* 112 bytes, since there may be a million. */
struct witness_row {
	uint64_t accepted_ns; /* its connection was accepted */
	uint64_t first_in_ns; /* the request's first byte came */
	uint64_t arrival_ns;  /* the request's last byte came */
	uint64_t delay_ns;    /* drawn for (seed, item, attempt) */
	uint64_t sent_ns;     /* before the answer's first byte was written */
	uint64_t bytes;       /* of the body */
	uint64_t hash;        /* XXH3-64 of the body */
	uint64_t queue_ns;    /* it waited for its turn, before the delay */
	uint64_t path_hash;   /* XXH3-64 of the path asked for, without query */
	uint64_t done_ns;     /* before the answer's last byte was written */
	uint64_t gone_ns;     /* its answer was broken off, by either side */
	uint32_t item;
	uint32_t in_flight;  /* at arrival, this one included */
	uint32_t connection; /* unique in the server's life */
	uint16_t attempt;
	uint16_t status;  /* of HTTP, as it was to be answered */
	uint8_t trial;    /* enum witness_trial */
	uint8_t method;   /* enum witness_method */
	uint8_t protocol; /* enum witness_protocol */
	uint8_t fault;    /* enum witness_fault */
};

/* A server keeps no more, and no more is taken from it. */
enum { WITNESS_ROWS_MAX = 1 << 20 };

struct witness {
	struct witness_row *rows;
	size_t count;
	uint64_t dropped; /* rows the server had no room for */
	uint64_t refused; /* connections, for its max-connections */
	/* Someone else has changed the settings: it is not of our epoch. */
	bool reconfigured;
};

/*
 * The latest of the trials before, whose requests may still come: a client that
 * gave up has left them to the kernel, which sends what got lost on the way to
 * a full listen queue again, later each time, for minutes.
 */
enum { WITNESS_EARLIER_MAX = 64, WITNESS_NAME_MAX = 32 };

struct witness_earlier {
	char names[WITNESS_EARLIER_MAX][WITNESS_NAME_MAX]; /* "": none */
	unsigned count; /* of all there were; the oldest make room */
};

/* The name has fewer than WITNESS_NAME_MAX characters. */
void witness_remember(struct witness_earlier *earlier, const char *name);

/*
 * Reads the server's CSV as it comes, in pieces of any length; its first line
 * names the columns. Fill in `witness`, which is to be empty, `trial`,
 * `earlier`, and zeros.
 */
struct witness_reader {
	struct witness *witness;
	/* Whose rows are WITNESS_OURS and WITNESS_EARLIER; may be NULL. */
	const char *trial;
	const struct witness_earlier *earlier;
	size_t capacity; /* of its rows */
	int columns;     /* 0: the header line is still to come */
	int map[32];     /* the field of each column */
	char line[1024]; /* what there is of a line */
	size_t length;   /* of that */
	bool garbled;
};

/* Takes a piece (an http_sink_fn). Returns 0, or -1 when it is garbled. */
int witness_read(void *reader, const char *bytes, size_t length);

/*
 * Says that there is no more. An answer not sent has an empty sent_ns, one not
 * broken off an empty gone_ns, one not written to its end an empty done_ns, all
 * kept as UINT64_MAX. Returns 0, or -1 with
 * *err filled in and the witness empty.
 */
int witness_read_end(struct witness_reader *reader, struct fr_error *err);

void witness_release(struct witness *witness);

#endif
