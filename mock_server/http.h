/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads HTTP/1.0 and HTTP/1.1 requests (RFC 9112) out of bytes in memory.
 *
 * Pure: no allocation, no I/O, no state between calls. A caller passes all
 * bytes that it has of a request, from the first on; if they are not enough, it
 * calls again when it has more. The limits of http_request.h bound what it must
 * keep.
 *
 * Stricter than it has to be, where leniency would let two readers read the
 * same bytes differently: a line ends with CRLF alone, and folded fields and
 * requests that state the length of their body twice are refused.
 */
#ifndef MOCK_SERVER_HTTP_H
#define MOCK_SERVER_HTTP_H

#include <stddef.h>

#include "mock_server/http_request.h"

/*
 * Parses one request from bytes[0..length). The spans of *request point into
 * bytes, which is changed only when HTTP_DONE (a chunked body is closed up in
 * place). *consumed is the request's length. Returns an enum http_outcome or a
 * status; after a status the connection cannot be read any further.
 */
int http_parse(char *bytes, size_t length, struct http_request *request,
	size_t *consumed);

#endif
