/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/decision.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "mock_server/content.h"
#include "mock_server/service.h"

enum { NS_PER_S = 1000000000 };

/* Changes the answer as the fault demands; the sender does the rest. */
static int apply_fault(struct exchange *exchange, const struct fault *fault)
{
	exchange->fault = fault->kind;
	fault_shape(fault, &exchange->body_length, &exchange->bytes_per_s);
	if (fault->kind != FAULT_STATUS)
		return 0;
	response_release(&exchange->response);
	return response_init_status(&exchange->response, fault->status,
		fault->status == 503 ? "Retry-After: 1\r\n" : "");
}

/* Makes the response: what lies at the path, or why nothing does. */
static int answer_item(struct service *service,
	const struct http_request *request, struct exchange *exchange)
{
	struct response *response = &exchange->response;
	int rc;

	if (request->method == HTTP_UNKNOWN)
		return response_init_status(response, 501, "");
	if (request->method != HTTP_GET && request->method != HTTP_HEAD)
		return response_init_text(response, 405, "Allow: GET, HEAD\r\n",
			"only GET and HEAD work here");
	rc = content_find(service->content, request, response);
	if (rc == -ENOENT)
		return response_init_text(response, 404, "",
			"nothing here; a flag is at /data/flags/cn/cn.gif");
	if (!rc && !response->owned)
		exchange->lender = content_share(service->content);
	return rc;
}

/*
 * Answers 429 to a request that found no token, with the seconds until there
 * is one. RFC 9110 (10.2.3) allows whole seconds only.
 */
static int refuse_beyond_limit(struct exchange *exchange, uint64_t wait_ns)
{
	char field[48];
	int rc;

	(void)snprintf(field, sizeof(field), "Retry-After: %" PRIu64 "\r\n",
		(wait_ns + NS_PER_S - 1) / NS_PER_S);
	rc = response_init_status(&exchange->response, 429, field);
	exchange->fault = FAULT_LIMIT;
	exchange->body_length = exchange->response.body_length;
	return rc;
}

int decision_make(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct item *item)
{
	const struct settings *settings = &service->settings;
	const struct fault *fault;
	uint64_t wait_ns = bucket_take(
		&service->bucket, &settings->limit, exchange->arrival_ns);
	int rc;

	if (wait_ns)
		return refuse_beyond_limit(exchange, wait_ns);
	rc = answer_item(service, request, exchange);
	if (rc)
		return rc;
	exchange->body_length = exchange->response.body_length;
	exchange->bytes_per_s = settings->bandwidth;
	exchange->delay_ns = latency_draw(
		&settings->latency, settings->seed, item->item, item->attempt);
	fault = faults_draw(
		&settings->faults, settings->seed, item->item, item->attempt);
	return fault ? apply_fault(exchange, fault) : 0;
}
