/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server's own record of the item requests it met, one row for each, in
 * the order in which they were taken up. Bounded: what does not fit is counted as dropped.
 * Used by one thread at a time.
 */
#ifndef MOCK_SERVER_WITNESS_H
#define MOCK_SERVER_WITNESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "mock_server/faults.h"
#include "mock_server/http_request.h"
#include "mock_server/item.h"

/*
 * Times are CLOCK_MONOTONIC and can be compared between loops: arrival_ns and
 * first_in_ns are never earlier than the bytes came in, sent_ns and done_ns are
 * taken before the bytes were written. A request that a client sends because of
 * an answer therefore has an arrival_ns later than that answer's done_ns. gone_ns
 * is when the server noticed. Bytes that were read together have one stamp, that
 * of the last.
 */
struct witness_entry {
	struct item item;
	uint64_t accepted_ns; /* accept(2) returned its connection */
	uint64_t first_in_ns; /* its first byte came */
	uint64_t arrival_ns;  /* its last byte came */
	uint64_t delay_ns;    /* as drawn */
	uint64_t queue_ns;    /* it waited for its turn, before the delay */
	uint64_t sent_ns;    /* before the first byte was written; 0: not yet */
	uint64_t done_ns;    /* before the last byte was written; `complete` */
	uint64_t gone_ns;    /* its answer was broken off; 0: it was not */
	uint64_t body_bytes; /* handed to the kernel, when `complete` */
	uint64_t body_hash;  /* XXH3-64 of them, when `complete` */
	uint64_t connection; /* from 1 */
	uint64_t path_hash;  /* XXH3-64 of the path, without its query */
	uint32_t in_flight;  /* item requests at its arrival, itself included */
	uint16_t status;
	enum fault_kind fault;
	enum http_method method;
	enum http_protocol protocol;
	bool complete; /* all of the answer was handed to the kernel */
};

enum { WITNESS_ROWS_MAX = MOCK_WITNESS_ROWS_MAX };

struct witness_log;

/* Returns 0 or -ENOMEM. */
int witness_create(struct witness_log **out);
void witness_free(struct witness_log *witness);

/* Forgets all rows and drops; keeps the memory for the next ones. */
void witness_clear(struct witness_log *witness);

/*
 * A new row, all zero, to be filled in until the next witness_clear; NULL when
 * there is no room, which is counted.
 */
struct witness_entry *witness_add(struct witness_log *witness);

size_t witness_rows(const struct witness_log *witness);
uint64_t witness_dropped(const struct witness_log *witness);

/* Copies rows, number `from` (from 0) being the first; how many: 0 at the end. */
size_t witness_copy(const struct witness_log *witness, size_t from,
	struct witness_entry *rows, size_t max);

/*
 * Writes CSV (RFC 4180): the columns' names, and then the rows of one trial, or
 * all (NULL); fields not known yet are empty. Uses no witness. What could not be
 * written, ferror tells.
 */
void witness_print_names(FILE *out);
void witness_print_rows(FILE *out, const struct witness_entry *rows,
	size_t count, const char *trial);

#endif
