/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's account of one trial: a row for each request it received, in
 * the order of arrival. Times are CLOCK_MONOTONIC ns of the server's host.
 */
#ifndef HARNESS_TRIAL_WITNESS_H
#define HARNESS_TRIAL_WITNESS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/error.h"

struct witness_row {
	uint64_t item;
	uint64_t attempt;
	uint64_t arrival_ns; /* the request's last byte came */
	uint64_t delay_ns;   /* drawn for (seed, item, attempt) */
	uint64_t sent_ns;    /* the answer's first byte was written */
	uint64_t bytes;      /* of the body */
	uint64_t hash;       /* XXH3-64 of the body */
	uint64_t in_flight;  /* at arrival, this one included */
	uint64_t connection; /* unique in the server's life */
	uint64_t status;     /* of HTTP, as it was to be answered */
	uint64_t queue_ns;   /* it waited for its turn, before the delay */
	uint64_t path_hash;  /* XXH3-64 of the path asked for, without query */
};

struct witness {
	struct witness_row *rows;
	size_t count;
	uint64_t dropped; /* rows the server had no room for */
};

/*
 * Parses the server's CSV (its first line names the columns). An answer not
 * sent has an empty sent_ns, kept as UINT64_MAX. Returns 0, or -1 with *err
 * filled in and *witness empty.
 */
int witness_parse(
	struct witness *witness, const char *csv, struct fr_error *err);

void witness_release(struct witness *witness);

#endif
