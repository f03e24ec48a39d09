/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who may use the control interface (control.h).
 *
 * With a token, the clients that send it. Without one, every client that
 * reaches the server, but no page in a browser. A page can have the browser
 * send requests to any address, this host's too, and can read the answers if
 * the name that the page was loaded from leads here (DNS rebinding). A browser
 * says so: by Origin, or by that name in Host.
 */
#ifndef MOCK_SERVER_GUARD_H
#define MOCK_SERVER_GUARD_H

#include "mock_server/http_request.h"

enum { GUARD_TOKEN_MAX = 128, GUARD_HOST_MAX = 255 };

struct guard {
	char token[GUARD_TOKEN_MAX + 1]; /* "": none is wanted */
	char host[GUARD_HOST_MAX + 1];   /* as it was told to listen on */
};

/*
 * Why the request is not to be answered, as a line of text; NULL: it may be.
 * Host may be an address, localhost, the guard's host or this host's name; a
 * request without one comes from no browser.
 */
const char *guard_refuses(
	const struct guard *guard, const struct http_request *request);

#endif
