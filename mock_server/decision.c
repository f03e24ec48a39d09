/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/decision.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "mock_server/content.h"
#include "mock_server/service.h"

enum { NS_PER_S = 1000000000 };

/* Answers with a status, and with Retry-After unless that is 0. */
static int answer_status(
	struct exchange *exchange, unsigned status, uint32_t retry_after_s)
{
	char field[32] = "";

	if (retry_after_s)
		(void)snprintf(field, sizeof(field),
			"Retry-After: %" PRIu32 "\r\n", retry_after_s);
	exchange->retry_after_s = retry_after_s;
	return response_init_status(&exchange->response, status, field);
}

/* Changes the answer as the fault demands; the sender does the rest. */
static int apply_fault(struct exchange *exchange, const struct fault *fault)
{
	exchange->fault = fault->kind;
	fault_shape(fault, &exchange->body_length, &exchange->bytes_per_s);
	if (fault->kind != FAULT_STATUS)
		return 0;
	response_release(&exchange->response);
	return answer_status(exchange, fault->status, fault->status == 503);
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
	/* A part may have its body lent. */
	if (!rc && (!response->owned || response->status == 206))
		exchange->lender = content_share(service->content);
	return rc;
}

/*
 * Answers 429 to a request that found no token, with the seconds until there
 * is one. RFC 9110 (10.2.3) allows whole seconds only.
 */
static int refuse_beyond_limit(struct exchange *exchange, uint64_t wait_ns)
{
	int rc = answer_status(
		exchange, 429, (uint32_t)((wait_ns + NS_PER_S - 1) / NS_PER_S));

	exchange->fault = FAULT_LIMIT;
	exchange->body_length = exchange->response.body_length;
	return rc;
}

/* The fault that a request meets; NULL: none. */
static const struct fault *draw_fault(struct service *service,
	const struct http_request *request, const struct item *item)
{
	const struct settings *settings = &service->settings;
	const struct fault *fault = faults_draw(
		&settings->faults, settings->seed, item->item, item->attempt);

	if (!fault || fault->kind != FAULT_REFUSED)
		return fault;
	return request->protocol == HTTP_2 &&
			refusals_add(&service->refusals, item)
		? fault
		: NULL;
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
	fault = draw_fault(service, request, item);
	if (!fault || fault->kind != FAULT_REFUSED)
		exchange->delay_ns = latency_draw(&settings->latency,
			settings->seed, item->item, item->attempt);
	return fault ? apply_fault(exchange, fault) : 0;
}
