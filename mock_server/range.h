/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A part of a body, as a client asks for it (RFC 9110, 14). One range of bytes
 * is given; of several, or what is no range of bytes, nothing is heeded, as the
 * RFC allows, and the whole is sent. Pure.
 */
#ifndef MOCK_SERVER_RANGE_H
#define MOCK_SERVER_RANGE_H

#include "mock_server/http_request.h"
#include "mock_server/response.h"

/*
 * Makes *response, a 200 to the request, a 206 or a 416 if that is what the
 * request wants: a GET with Range, and without an If-Range of something else.
 * Returns 0 or -ENOMEM, *response as it was.
 */
int range_apply(struct response *response, const struct http_request *request);

#endif
