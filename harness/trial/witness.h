/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's account of one trial: a row for each request it received, in
 * the order of arrival. Times are CLOCK_MONOTONIC ns of the server's host.
 */
#ifndef HARNESS_TRIAL_WITNESS_H
#define HARNESS_TRIAL_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/error.h"

/* 72 bytes, since there may be millions. */
struct witness_row {
	uint64_t arrival_ns; /* the request's last byte came */
	uint64_t delay_ns;   /* drawn for (seed, item, attempt) */
	uint64_t sent_ns;    /* the answer's first byte was written */
	uint64_t bytes;      /* of the body */
	uint64_t hash;       /* XXH3-64 of the body */
	uint64_t queue_ns;   /* it waited for its turn, before the delay */
	uint64_t path_hash;  /* XXH3-64 of the path asked for, without query */
	uint32_t item;
	uint32_t in_flight;  /* at arrival, this one included */
	uint32_t connection; /* unique in the server's life */
	uint16_t attempt;
	uint16_t status; /* of HTTP, as it was to be answered */
};

struct witness {
	struct witness_row *rows;
	size_t count;
	uint64_t dropped; /* rows the server had no room for */
};

/*
 * Reads the server's CSV as it comes, in pieces of any length; its first line
 * names the columns. Fill in `witness`, which is to be empty, and zeros.
 */
struct witness_reader {
	struct witness *witness;
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
 * Says that there is no more. An answer not sent has an empty sent_ns, kept
 * as UINT64_MAX. Returns 0, or -1 with *err filled in and the witness empty.
 */
int witness_read_end(struct witness_reader *reader, struct fr_error *err);

void witness_release(struct witness *witness);

#endif
