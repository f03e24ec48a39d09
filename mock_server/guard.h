/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may use the control interface (control.h).
 *
 * If there is a token: clients that send it. Else every client that reaches the
 * server, except pages in a browser. A page can make the browser send requests
 * to any address, also of this host, and can read the answers if the name that
 * the page was loaded from resolves to this host (DNS rebinding). Such requests
 * can be told by the field Origin, or by that name in the field Host.
 */
#ifndef MOCK_SERVER_GUARD_H
#define MOCK_SERVER_GUARD_H

#include "mock_server/http_request.h"

enum { GUARD_TOKEN_MAX = 128, GUARD_HOST_MAX = 255 };

struct guard {
	char token[GUARD_TOKEN_MAX + 1]; /* "": none is required */
	char host[GUARD_HOST_MAX + 1];   /* that the server listens on */
};

/*
 * Why the request is refused, as a line of text; NULL: it is not. Host may be
 * an address, localhost, the guard's host or this host's name; a request
 * without Host is not from a browser.
 */
const char *guard_refuses(
	const struct guard *guard, const struct http_request *request);

#endif
