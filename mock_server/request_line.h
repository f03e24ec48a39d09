/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first line of a request: its method, target and version. Pure. */
#ifndef MOCK_SERVER_REQUEST_LINE_H
#define MOCK_SERVER_REQUEST_LINE_H

#include "mock_server/http_request.h"

/*
 * Fills in the line, method, path, query and protocol of *request. Returns
 * HTTP_DONE; or the status to refuse the request with, and what was read before
 * the fault is filled in.
 */
int request_line_parse(struct http_span line, struct http_request *request);

#endif
