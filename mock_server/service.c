/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/service.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/access_log.h"
#include "mock_server/clock.h"
#include "mock_server/connection_entry.h"
#include "mock_server/content.h"
#include "mock_server/decision.h"
#include "mock_server/item.h"
#include "mock_server/witness.h"
#include "mock_server/xxh3.h"

/* Paths of the same hash share a count of attempts, nothing else. */
enum { ASKED_HASHES = 1 << 16 };

int service_init(struct service *service, struct settings *settings,
	struct content *content, struct access_log *log)
{
	int rc;

	memset(service, 0, sizeof(*service));
	(void)pthread_mutex_init(&service->lock, NULL);
	service->settings = *settings;
	service->content = content_share(content);
	service->log = log;
	service->epoch = 1;
	capacity_reset(&service->capacity, settings->capacity,
		&service->settings.steps);
	bucket_fill(&service->bucket, &settings->limit);
	service->started_ns = clock_now_ns();
	service->asked = calloc(ASKED_HASHES, sizeof(*service->asked));
	row_log_init(&service->witness, sizeof(struct witness_entry));
	row_log_init(&service->connections, sizeof(struct connection_entry));
	rc = service->asked ? 0 : -ENOMEM;
	if (rc)
		service_release(service);
	return rc;
}

void service_release(struct service *service)
{
	if (!service->epoch)
		return;
	row_log_release(&service->witness);
	row_log_release(&service->connections);
	content_drop(service->content);
	free(service->asked);
	refusals_clear(&service->refusals);
	settings_release(&service->settings);
	(void)pthread_mutex_destroy(&service->lock);
	memset(service, 0, sizeof(*service));
}

int service_configure(struct service *service, struct settings *settings)
{
	const struct settings *old = &service->settings;
	int rc = 0;

	if (settings->payload != old->payload ||
		strcmp(settings->nonce, old->nonce) != 0)
		rc = content_change(
			&service->content, settings->payload, settings->nonce);
	if (rc)
		return rc;
	settings_release(&service->settings);
	service->settings = *settings;
	service->epoch++;
	service->requests = 0;
	service->limited = 0;
	service->in_flight = 0;
	service->peak_in_flight = 0;
	service->connections_refused = 0;
	service->accepted = (struct epoch_connections){0};
	capacity_reset(&service->capacity, settings->capacity,
		&service->settings.steps);
	bucket_fill(&service->bucket, &service->settings.limit);
	refusals_clear(&service->refusals);
	memset(service->asked, 0, ASKED_HASHES * sizeof(*service->asked));
	row_log_clear(&service->witness);
	row_log_clear(&service->connections);
	return 0;
}

/* The row of a connection; NULL: it is not one of this epoch's. Locked. */
static struct connection_entry *row_of(
	const struct service *service, const struct origin *origin)
{
	return origin->epoch == service->epoch ? origin->row : NULL;
}

static void record_connection(struct service *service, struct origin *origin)
{
	struct connection_entry *row = row_log_add(&service->connections);

	origin->row = row;
	if (!row)
		return;
	row->connection = origin->connection;
	row->accepted_ns = origin->accepted_ns;
	row->fd = origin->fd;
}

int service_connect(struct service *service, struct origin *origin)
{
	const uint64_t *most = &service->settings.max_connections;
	int rc = 0;

	(void)pthread_mutex_lock(&service->lock);
	if (*most && service->connections_open >= *most) {
		service->totals.connections_refused++;
		service->connections_refused++;
		rc = -ECONNREFUSED;
	} else {
		service->connections_open++;
		service->accepted.uncounted++;
		origin->connection = ++service->totals.connections_opened;
		origin->epoch = service->epoch;
		record_connection(service, origin);
	}
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

void service_disconnect(struct service *service, const struct origin *origin,
	const struct wire_bytes *wire)
{
	struct epoch_connections *accepted = &service->accepted;
	struct connection_entry *row;

	(void)pthread_mutex_lock(&service->lock);
	service->connections_open--;
	row = row_of(service, origin);
	if (row) {
		row->ended_ns = clock_now_ns();
		row->wire_known = wire != NULL;
		row->wire = wire ? *wire : row->wire;
	}
	if (wire && origin->epoch == service->epoch) {
		accepted->uncounted--;
		accepted->wire.in += wire->in;
		accepted->wire.out += wire->out;
	}
	(void)pthread_mutex_unlock(&service->lock);
}

void service_note_handshake(
	struct service *service, const struct origin *origin)
{
	const struct tls_outcome *tls = &origin->tls;
	struct epoch_connections *accepted = &service->accepted;
	bool resumed = tls->handshake == TLS_RESUMED;
	struct connection_entry *row;

	(void)pthread_mutex_lock(&service->lock);
	service->totals.tls_resumed += resumed;
	service->totals.tls_full += !resumed;
	if (origin->epoch == service->epoch) {
		accepted->tls_resumed += resumed;
		accepted->tls_full += !resumed;
		accepted->alpn_h2 += tls->alpn == TLS_ALPN_H2;
		accepted->alpn_http1 += tls->alpn == TLS_ALPN_HTTP1;
	}
	row = row_of(service, origin);
	if (row)
		row->tls = *tls;
	(void)pthread_mutex_unlock(&service->lock);
}

/*
 * For clients that name no item. The item is a hash of the path, so that it
 * does not depend on earlier requests; the attempt counts the requests of the
 * path.
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
	item->attempt = ++service->asked[hash % ASKED_HASHES];
}

/* Counts and records an item request that is going to be answered. */
static void witness_arrival(struct service *service, struct exchange *exchange,
	const struct item *item, const struct http_request *request,
	const struct origin *origin)
{
	struct witness_entry *row = row_log_add(&service->witness);
	struct connection_entry *connection = row_of(service, origin);

	if (connection) {
		connection->requests++;
		connection->protocol = request->protocol;
	}
	service->totals.requests++;
	service->totals.delay_ns += exchange->delay_ns;
	service->totals.faults[exchange->fault]++;
	service->requests++;
	service->limited += exchange->fault == FAULT_LIMIT;
	service->in_flight++;
	if (service->peak_in_flight < service->in_flight)
		service->peak_in_flight = service->in_flight;
	exchange->epoch = service->epoch;
	exchange->row = row;
	if (!row)
		return;
	row->item = *item;
	row->arrival_ns = exchange->arrival_ns;
	row->delay_ns = exchange->delay_ns;
	row->first_in_ns = request->arrival.first_ns;
	row->accepted_ns = origin->accepted_ns;
	row->connection = origin->connection;
	row->method = request->method;
	row->protocol = request->protocol;
	row->handshake = origin->tls.handshake;
	row->path_hash = XXH3_64bits(request->path.at, request->path.length);
	row->in_flight = (uint32_t)service->in_flight;
	row->status = (uint16_t)exchange->response.status;
	row->fault = exchange->fault;
	row->retry_after_s = exchange->retry_after_s;
}

/*
 * Reads which item the request is for. Returns false: its name is not one.
 */
static bool find_item(struct service *service,
	const struct http_request *request, struct item *item)
{
	struct http_span name = request->item;

	if (!name.at && request->query.at) {
		name = request->query;
		if (!item_in_query(&name.at, &name.length))
			name.at = NULL;
	}
	if (name.at)
		return !item_parse(item, name.at, name.length);
	item_from_path(service, request->path, item);
	return true;
}

/* Starts the delay at now_ns; the time before was spent waiting for a place. */
static void start(
	struct service *service, struct exchange *exchange, uint64_t now_ns)
{
	uint64_t queue_ns = now_ns - exchange->arrival_ns;

	if (exchange->fault != FAULT_STALL)
		exchange->due_ns = now_ns + exchange->delay_ns;
	service->totals.queue_ns += queue_ns;
	if (exchange->row && exchange->epoch == service->epoch)
		exchange->row->queue_ns = queue_ns;
}

/* A service_answerer. */
static int answer_item(void *arg, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin)
{
	struct service *service = arg;
	struct item item;
	uint64_t start_ns = exchange->arrival_ns;
	int rc;

	if (!find_item(service, request, &item))
		return response_init_text(&exchange->response, 400, "",
			"X-Flagrace-Item must be <trial>/<item>/<attempt>, for "
			"example t1/0/1");
	rc = decision_make(service, exchange, request, &item);
	if (rc)
		return rc;
	exchange->due_ns = EXCHANGE_NOT_DUE;
	witness_arrival(service, exchange, &item, request, origin);
	if (exchange->fault == FAULT_LIMIT ||
		exchange->fault == FAULT_REFUSED ||
		capacity_take(&service->capacity, exchange, &start_ns))
		start(service, exchange, start_ns);
	return 0;
}

static void release(struct exchange *exchange)
{
	if (exchange->held)
		*exchange->held -= exchange->held_bytes;
	content_drop(exchange->lender);
	response_release(&exchange->response);
	free(exchange->log);
}

int service_answer(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin,
	service_answerer *answerer, void *arg)
{
	int rc;

	*exchange = (struct exchange){.admitted = exchange->admitted,
		.mailbox = origin->mailbox,
		.arrival_ns = request->arrival.last_ns};
	(void)pthread_mutex_lock(&service->lock);
	rc = access_log_begin(
		service->log, &exchange->log, origin->fd, request->line);
	if (!rc)
		rc = answerer(arg, exchange, request, origin);
	if (rc)
		release(exchange);
	else if (!exchange->epoch || exchange->fault == FAULT_STATUS)
		exchange->body_length = exchange->response.body_length;
	if (request->method == HTTP_HEAD) {
		exchange->body_length = 0;
		response_drop_body(&exchange->response);
	}
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

int service_arrive(struct service *service, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin)
{
	return service_answer(
		service, exchange, request, origin, answer_item, service);
}

static int answer_status(void *arg, struct exchange *exchange,
	const struct http_request *request, const struct origin *origin)
{
	const unsigned *status = arg;

	(void)request, (void)origin;
	return response_init_status(&exchange->response, *status, "");
}

int service_refuse(struct service *service, struct exchange *exchange,
	unsigned status, enum http_method method, const struct origin *origin)
{
	const struct http_request unread = {.line = {"-", 1}, .method = method};

	return service_answer(
		service, exchange, &unread, origin, answer_status, &status);
}

/* Whether the fault breaks off an answer that has been begun. */
static bool cuts_off(enum fault_kind fault)
{
	return fault == FAULT_RESET_BODY || fault == FAULT_TRUNCATE;
}

/* Records what was sent of an answer. */
static void witness_end(
	struct service *service, struct exchange *exchange, bool complete)
{
	const struct response *response = &exchange->response;
	struct witness_entry *row = exchange->row;

	service->in_flight--;
	if (!row)
		return;
	row->sent_ns = exchange->sent_ns;
	row->complete = complete;
	/* Under the lock: a later request is counted without this one. */
	if (!complete || cuts_off(exchange->fault))
		row->gone_ns = clock_now_ns();
	if (!complete)
		return;
	row->done_ns = exchange->done_ns;
	row->body_bytes = exchange->body_length;
	row->body_hash = exchange->body_length == response->body_length
		? response->body_hash
		: XXH3_64bits(response->body, exchange->body_length);
}

void service_finish(
	struct service *service, struct exchange *exchange, bool complete)
{
	(void)pthread_mutex_lock(&service->lock);
	list_remove(&exchange->link);
	if (exchange->epoch == service->epoch) {
		witness_end(service, exchange, complete);
		if (exchange->served)
			capacity_give_back(&service->capacity);
	}
	if (complete && exchange->epoch)
		service->totals.body_bytes += exchange->body_length;
	access_log_end(service->log, exchange->log, exchange->response.status,
		complete ? exchange->body_length : 0, exchange->delay_ns);
	release(exchange);
	(void)pthread_mutex_unlock(&service->lock);
}

/* The first exchange of the mailbox, taken out; NULL: there is none. */
static struct exchange *take_out(
	struct service *service, struct mailbox *mailbox)
{
	struct list_link *link;
	struct exchange *exchange = NULL;

	(void)pthread_mutex_lock(&service->lock);
	link = mailbox->exchanges.first;
	if (link) {
		exchange = container_of(link, struct exchange, link);
		list_remove(link);
		start(service, exchange, exchange->admitted_ns);
	}
	(void)pthread_mutex_unlock(&service->lock);
	return exchange;
}

void service_deliver(struct service *service, struct mailbox *mailbox)
{
	struct exchange *exchange;

	while ((exchange = take_out(service, mailbox)) != NULL)
		exchange->admitted(exchange);
}
