/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the server's record of the item requests that it met, in the order
 * in which it read them (row_log.h).
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
#include "mock_server/tls_handshake.h"

/*
 * Times are of CLOCK_MONOTONIC and can be compared between loops. arrival_ns
 * and first_in_ns are never earlier than the bytes came in, and sent_ns and
 * done_ns are taken before the bytes are written. So if a client sends a
 * request after it has an answer, arrival_ns of the request is later than
 * done_ns of the answer. gone_ns is when the server noticed. Bytes that are
 * read together have the stamp of the last of them.
 */
struct witness_entry {
	struct item item;
	uint64_t accepted_ns; /* when accept(2) returned its connection */
	uint64_t first_in_ns; /* when its first byte came */
	uint64_t arrival_ns;  /* when its last byte came */
	uint64_t delay_ns;    /* as drawn */
	uint64_t queue_ns;    /* how long it waited for a place (capacity.h) */
	uint64_t sent_ns;    /* before the first byte was written; 0: not yet */
	uint64_t done_ns;    /* if complete: before the last byte was written */
	uint64_t gone_ns;    /* when the answer was broken off; 0: it was not */
	uint64_t body_bytes; /* if complete: bytes handed to the kernel */
	uint64_t body_hash;  /* if complete: XXH3-64 of them */
	uint64_t connection; /* from 1 */
	uint64_t path_hash;  /* XXH3-64 of the path, without its query */
	uint32_t in_flight;  /* item requests at its arrival, itself included */
	uint32_t retry_after_s; /* of the answer; 0: none */
	uint16_t status;
	enum fault_kind fault;
	enum http_method method;
	enum http_protocol protocol;
	enum tls_handshake handshake; /* of its connection */
	bool complete; /* the whole answer was handed to the kernel */
};

/*
 * Write CSV (RFC 4180): the header, and the rows of one trial or (NULL) all. A
 * field that is not known yet is empty. Need no lock. See ferror for errors.
 */
void witness_print_names(FILE *out);
void witness_print_rows(FILE *out, const struct witness_entry *rows,
	size_t count, const char *trial);

#endif
