/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A row of the server's record of the connections that it accepted, in their
 * order (row_log.h). Guarded by the service's lock.
 */
#ifndef MOCK_SERVER_CONNECTION_ENTRY_H
#define MOCK_SERVER_CONNECTION_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "mock_server/http_request.h"
#include "mock_server/tls_handshake.h"
#include "mock_server/wire_bytes.h"

struct connection_entry {
	uint64_t connection;  /* its number, from 1 */
	uint64_t accepted_ns; /* as in witness.h */
	uint64_t ended_ns;    /* when the server closed it; 0: it is open */
	struct wire_bytes wire;
	bool wire_known;
	int fd;                      /* while it is open */
	uint32_t requests;           /* for items, on all of its streams */
	enum http_protocol protocol; /* of the last of them */
	struct tls_outcome tls;
};

/*
 * Write CSV (RFC 4180), as those of witness.h. Of a connection that is open,
 * `wire` is what it has carried so far.
 */
void connection_entry_print_names(FILE *out);
void connection_entry_print_rows(
	FILE *out, const struct connection_entry *rows, size_t count);

#endif
