/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/dispatch.h"

#include "mock_server/control.h"
#include "mock_server/loop.h"
#include "mock_server/service.h"

int dispatch_request(struct loop *loop, struct exchange *exchange,
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
