/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands each request, of HTTP/1 or HTTP/2, to the part that answers it. */
#ifndef MOCK_SERVER_DISPATCH_H
#define MOCK_SERVER_DISPATCH_H

#include "mock_server/exchange.h"

struct loop;

/*
 * As service_arrive; or, if `refuse` is a status and not 0, as service_refuse.
 */
int dispatch_request(struct loop *loop, struct exchange *exchange,
	const struct http_request *request, unsigned refuse,
	const struct origin *origin);

#endif
