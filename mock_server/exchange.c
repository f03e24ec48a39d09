/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/exchange.h"

#include <stdlib.h>

#include "mock_server/access_log.h"
#include "mock_server/content.h"

int exchange_begin(struct exchange *exchange, struct access_log *log,
	const struct http_request *request, uint64_t arrival_ns,
	const struct origin *origin)
{
	*exchange = (struct exchange){.admitted = exchange->admitted,
		.mailbox = origin->mailbox,
		.arrival_ns = arrival_ns};
	return access_log_begin(log, &exchange->log, origin->fd, request->line);
}

void exchange_release(struct exchange *exchange)
{
	if (exchange->held)
		*exchange->held -= exchange->held_bytes;
	content_drop(exchange->lender);
	response_release(&exchange->response);
	free(exchange->log);
}

int exchange_answered(
	struct exchange *exchange, const struct http_request *request, int rc)
{
	if (rc)
		exchange_release(exchange);
	else if (!exchange->epoch || exchange->fault == FAULT_STATUS)
		exchange->body_length = exchange->response.body_length;
	if (request->method == HTTP_HEAD) {
		exchange->body_length = 0;
		response_drop_body(&exchange->response);
	}
	return rc;
}
