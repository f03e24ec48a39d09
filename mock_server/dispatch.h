/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hands each request, of HTTP/1 or HTTP/2, to the part that answers it. */
#ifndef MOCK_SERVER_DISPATCH_H
#define MOCK_SERVER_DISPATCH_H

#include "mock_server/control.h"
#include "mock_server/loop.h"
#include "mock_server/service.h"

/*
 * As service_arrive; or, if `refuse` is a status and not 0, as service_refuse.
 */
static inline int dispatch_request(struct loop *loop, struct exchange *exchange,
	const struct http_request *request, unsigned refuse,
	const struct origin *origin)
{
	if (refuse)
		return service_refuse(loop->service, exchange, refuse,
			request->method, origin);
	if (control_owns(request->path))
		return control_arrive(loop->control, exchange, request, origin);
	return service_arrive(loop->service, exchange, request, origin);
}

#endif
