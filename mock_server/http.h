/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads HTTP/1.0 and HTTP/1.1 requests (RFC 9112) out of bytes in memory.
 *
 * Pure: no allocation, no I/O, no state between calls. A caller that has bytes
 * calls http_parse with all it holds of the request, from its first byte; when
 * that was not enough the caller calls again with more. Limits bound what must
 * be held.
 *
 * Stricter than it needs to be where leniency lets two readers disagree: a
 * line ends with CRLF alone, folded fields are refused, and so is whatever
 * says twice how long the body is.
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
