/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of a body (RFC 9110, 14). A client may ask for one range of bytes. If
 * it asks for several, or in another unit, the whole body is sent, as the RFC
 * allows. Pure.
 */
#ifndef MOCK_SERVER_RANGE_H
#define MOCK_SERVER_RANGE_H

#include "mock_server/http_request.h"
#include "mock_server/response.h"

/*
 * Replaces *response, a 200, by a 206 or a 416 if the request is a GET with
 * Range and, if it has If-Range, that matches. Returns 0; or -ENOMEM, and
 * *response is as it was.
 */
int range_apply(struct response *response, const struct http_request *request);

#endif
