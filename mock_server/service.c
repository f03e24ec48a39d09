/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/service.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "mock_server/catalogue.h"
#include "mock_server/clock.h"
#include "mock_server/control.h"
#include "mock_server/item.h"
#include "mock_server/witness.h"

/* Paths that share a slot share a count of attempts, nothing else. */
enum { ASKED_SLOTS = 1 << 16 };

int service_init(struct service *service, const struct settings *settings)
{
	int rc;

	memset(service, 0, sizeof(*service));
	service->settings = *settings;
	service->epoch = 1;
	service->started_ns = clock_now_ns();
	service->asked = calloc(ASKED_SLOTS, sizeof(*service->asked));
	rc = service->asked ? catalogue_create(&service->catalogue) : -ENOMEM;
	if (!rc)
		rc = witness_create(&service->witness);
	if (rc)
		service_release(service);
	return rc;
}

void service_release(struct service *service)
{
	witness_free(service->witness);
	catalogue_free(service->catalogue);
	free(service->asked);
	memset(service, 0, sizeof(*service));
}

void service_configure(struct service *service, const struct settings *settings)
{
	service->settings = *settings;
	service->epoch++;
	service->requests = 0;
	service->in_flight = 0;
	service->peak_in_flight = 0;
	memset(service->asked, 0, ASKED_SLOTS * sizeof(*service->asked));
	witness_clear(service->witness);
}

/*
 * For clients that name no item: the item is a hash of the path, so it does
 * not depend on what was asked before; the attempt counts.
 */
static void item_from_path(
	struct service *service, struct http_span path, struct item *item)
{
	char lower[HTTP_LINE_MAX];
	uint64_t hash;

	for (size_t i = 0; i < path.length; i++)
		lower[i] = (char)tolower((unsigned char)path.at[i]);
	hash = XXH3_64bits(lower, path.length);
	item->trial[0] = '\0';
	item->item = (uint32_t)(hash >> 32);
	item->attempt = ++service->asked[hash % ASKED_SLOTS];
}

/* Counts and records an item request that is about to be answered. */
static void witness_arrival(struct service *service, struct exchange *exchange,
	const struct item *item, struct http_span path, uint64_t arrival_ns,
	uint64_t connection)
{
	struct witness_row *row = witness_add(service->witness);

	service->requests++;
	service->in_flight++;
	if (service->peak_in_flight < service->in_flight)
		service->peak_in_flight = service->in_flight;
	exchange->epoch = service->epoch;
	exchange->row = row;
	if (!row)
		return;
	row->item = *item;
	row->arrival_ns = arrival_ns;
	row->delay_ns = exchange->due_ns - arrival_ns;
	row->connection = connection;
	row->path_hash = XXH3_64bits(path.at, path.length);
	row->in_flight = (uint32_t)service->in_flight;
	row->status = (uint16_t)exchange->response.status;
}

static int answer_item(const struct service *service,
	const struct http_request *request, struct response *response)
{
	const struct response *found;

	if (request->method != HTTP_GET && request->method != HTTP_HEAD)
		return response_init_text(response, 405, "Allow: GET, HEAD\r\n",
			"only GET and HEAD work here");
	found = catalogue_find(
		service->catalogue, request->path.at, request->path.length);
	if (!found)
		return response_init_text(response, 404, "",
			"nothing here; a flag is at /data/flags/cn/cn.gif");
	*response = response_lend(found);
	return 0;
}

int service_arrive(struct service *service, struct exchange *exchange,
	const struct http_request *request, uint64_t arrival_ns,
	uint64_t connection)
{
	struct http_span name = request->item;
	struct item item;
	int rc;

	memset(exchange, 0, sizeof(*exchange));
	exchange->head_only = request->method == HTTP_HEAD;
	exchange->due_ns = arrival_ns;
	if (control_owns(request->path))
		return control_answer(service, request, &exchange->response);
	if (!name.at && request->query.at) {
		name = request->query;
		if (!item_in_query(&name.at, &name.length))
			name.at = NULL;
	}
	if (!name.at)
		item_from_path(service, request->path, &item);
	else if (item_parse(&item, name.at, name.length))
		return response_init_text(&exchange->response, 400, "",
			"X-Flagrace-Item: <trial>/<item>/<attempt> is wanted, "
			"for example t1/0/1");
	rc = answer_item(service, request, &exchange->response);
	if (rc)
		return rc;
	exchange->due_ns += latency_draw(&service->settings.latency,
		service->settings.seed, item.item, item.attempt);
	witness_arrival(service, exchange, &item, request->path, arrival_ns,
		connection);
	return 0;
}

int service_refuse(struct exchange *exchange, unsigned status)
{
	memset(exchange, 0, sizeof(*exchange));
	return response_init_status(&exchange->response, status);
}

void service_sending(
	struct service *service, struct exchange *exchange, uint64_t now_ns)
{
	if (exchange->row && exchange->epoch == service->epoch)
		exchange->row->sent_ns = now_ns;
}

void service_finish(
	struct service *service, struct exchange *exchange, bool complete)
{
	struct witness_row *row = exchange->row;

	if (exchange->epoch == service->epoch) {
		service->in_flight--;
		if (row && complete) {
			row->complete = true;
			row->body_bytes = exchange->head_only
				? 0
				: exchange->response.body_length;
			row->body_hash = exchange->head_only
				? XXH3_64bits("", 0)
				: exchange->response.body_hash;
		}
	}
	response_release(&exchange->response);
}
