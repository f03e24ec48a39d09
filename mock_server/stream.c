/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/stream.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/dispatch.h"
#include "mock_server/loop.h"
#include "mock_server/pace.h"
#include "mock_server/service.h"

enum { FIELDS_MAX = 16, NAME_MAX_LENGTH = 32, STATUS_LENGTH = 3 };

static void exchange_admitted(struct exchange *exchange);

int stream_create(struct stream **out, nghttp2_session *session,
	struct loop *loop, int32_t id, uint64_t first_ns, size_t *held,
	void (*due)(struct stream *stream))
{
	struct stream *stream = calloc(1, sizeof(*stream));

	*out = stream;
	if (!stream)
		return -ENOMEM;
	stream->session = session;
	stream->loop = loop;
	stream->id = id;
	stream->held = held;
	stream->request.arrival.first_ns = first_ns;
	stream->due = due;
	stream->exchange.admitted = exchange_admitted;
	return 0;
}

/* Frees what was kept of the request, which is answered or given up. */
static void forget_request(struct stream *stream)
{
	const struct http_request *request = &stream->request;
	const struct http_span values[] = {stream->method, stream->path,
		request->host, request->item, request->token, request->origin,
		request->range, request->if_range};

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		free((char *)values[i].at);
	for (size_t i = 0; i < HTTP_KNOWN_MAX; i++)
		free((char *)request->known[i].at);
	free(stream->body);
	free(stream->line);
	stream->request = (struct http_request){0};
	stream->method = stream->path = (struct http_span){0};
	stream->body = stream->line = NULL;
	*stream->held -= stream->kept;
	stream->kept = 0;
}

void stream_free(struct stream *stream)
{
	timers_clear(&stream->loop->timers, &stream->timer);
	if (stream->arrived)
		service_finish(stream->loop->service, &stream->exchange,
			stream->ended);
	list_remove(&stream->link);
	forget_request(stream);
	free(stream);
}

/* Keeps the first reason to refuse the request. */
static void refuse(struct stream *stream, unsigned status)
{
	if (!stream->refuse)
		stream->refuse = status;
}

/* Whether so many more bytes may be kept; else refuses the request. */
static bool keep(struct stream *stream, size_t length)
{
	if (length > STREAMS_HELD_MAX - *stream->held) {
		refuse(stream, 503);
		return false;
	}
	*stream->held += length;
	stream->kept += length;
	return true;
}

/* Where the field's value goes; NULL: nowhere. */
static struct http_span *place_of(struct stream *stream, struct http_span name)
{
	struct http_request *request = &stream->request;
	struct http_span *place = http_single_field(request, name);

	if (place)
		return place;
	if (http_span_is(name, ":method"))
		return &stream->method;
	if (http_span_is(name, ":path"))
		return &stream->path;
	if (http_span_is(name, ":authority"))
		return &request->host;
	/* RFC 9113, 8.3.1: the authority, which came before, has precedence. */
	if (http_span_is(name, "host"))
		return request->host.at ? NULL : &request->host;
	if (!http_span_is(name, "if-none-match"))
		return NULL;
	place = http_free_known(request);
	if (!place)
		refuse(stream, 431);
	return place;
}

static void expect(struct stream *stream, struct http_span value)
{
	if (http_span_is(value, "100-continue"))
		stream->expects_continue = true;
	else
		refuse(stream, 417);
}

/* Enforces the limits of HTTP/1. */
int stream_add_field(
	struct stream *stream, struct http_span name, struct http_span value)
{
	struct http_span *place = place_of(stream, name);

	if (*name.at == ':' && value.length > HTTP_LINE_MAX)
		refuse(stream, 414);
	stream->head_length += name.length + value.length + strlen(": \r\n");
	if (stream->head_length > HTTP_HEAD_MAX)
		refuse(stream, 431);
	if (place && place->at)
		refuse(stream, 400);
	if (http_span_is(name, "expect"))
		expect(stream, value);
	if (!place || stream->refuse || !keep(stream, value.length))
		return 0;
	place->at = strndup(value.at, value.length);
	place->length = strnlen(value.at, value.length);
	return place->at ? 0 : -ENOMEM;
}

int stream_add_body(struct stream *stream, const char *bytes, size_t length)
{
	char *grown;

	if (length > HTTP_BODY_MAX - stream->body_length) {
		refuse(stream, 413);
		return 0;
	}
	if (!keep(stream, length))
		return 0;
	grown = realloc(stream->body, stream->body_length + length + 1);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + stream->body_length, bytes, length);
	stream->body = grown;
	stream->body_length += length;
	return 0;
}

/* Completes the request, to be handed to the service. Returns 0 or -ENOMEM. */
static int make_request(struct stream *stream)
{
	struct http_request *request = &stream->request;
	const struct http_span method = stream->method, path = stream->path;
	int length = asprintf(&stream->line, "%s %s HTTP/2.0",
		method.at ? method.at : "", path.at ? path.at : "");

	if (length < 0) {
		stream->line = NULL;
		return -ENOMEM;
	}
	request->method = http_method_of(method);
	request->protocol = HTTP_2;
	request->line = (struct http_span){stream->line, (size_t)length};
	request->path = (struct http_span){
		stream->line + method.length + 1, path.length};
	request->body = (struct http_span){stream->body, stream->body_length};
	request->keep_alive = true;
	(void)http_span_cut(&request->path, '?', &request->query);
	return 0;
}

static void wake(struct timer *timer)
{
	struct stream *stream = container_of(timer, struct stream, timer);

	(void)nghttp2_session_resume_data(stream->session, stream->id);
	stream->due(stream);
}

/* Called by nghttp2 for the next bytes of the body. */
static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *bytes,
	size_t room, uint32_t *flags, nghttp2_data_source *source, void *user)
{
	struct stream *stream = source->ptr;
	const struct exchange *exchange = &stream->exchange;
	size_t left = exchange->body_length - stream->body_sent, n = left;

	(void)session, (void)id, (void)user;
	if (exchange->bytes_per_s)
		n = pace_allowed(exchange->bytes_per_s,
			    loop_stamp(stream->loop) - exchange->sent_ns,
			    exchange->body_length) -
			stream->body_sent;
	if (n > room)
		n = room;
	if (left && !n) {
		if (timers_set(&stream->loop->timers, &stream->timer,
			    exchange->sent_ns +
				    pace_next_ns(exchange->bytes_per_s,
					    stream->body_sent,
					    exchange->body_length),
			    wake))
			return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
		return NGHTTP2_ERR_DEFERRED;
	}
	/* nghttp2 resets a stream whose body fails. */
	if (!left && exchange->fault == FAULT_RESET_BODY) {
		stream->ended = true;
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	}
	if (n)
		memcpy(bytes, exchange->response.body + stream->body_sent, n);
	stream->body_sent += n;
	if (n == left && exchange->fault != FAULT_RESET_BODY)
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return (ssize_t)n;
}

/* One "Name: value" of the head, in the small letters of HTTP/2. */
static void add_line(nghttp2_nv *field, const char *line, size_t length,
	char name[NAME_MAX_LENGTH])
{
	const char *colon = memchr(line, ':', length);
	size_t n = (size_t)(colon - line);

	for (size_t i = 0; i < n; i++)
		name[i] = (char)tolower((unsigned char)line[i]);
	*field = (nghttp2_nv){
		.name = (uint8_t *)name,
		.namelen = n,
		.value = (uint8_t *)(colon + 2),
		.valuelen = length - n - 2,
		.flags = NGHTTP2_NV_FLAG_NONE,
	};
}

/* Makes fields of the response's head. Returns how many. */
static size_t make_fields(const struct stream *stream, nghttp2_nv *fields,
	char names[][NAME_MAX_LENGTH])
{
	const struct response *response = &stream->exchange.response;
	const char *line = response->bytes;
	const char *end = line + response->head_length;
	size_t n = 0;

	/* "HTTP/1.1 200 OK" */
	fields[n++] = (nghttp2_nv){
		.name = (uint8_t *)":status",
		.namelen = strlen(":status"),
		.value = (uint8_t *)(line + strlen("HTTP/1.1 ")),
		.valuelen = STATUS_LENGTH,
	};
	add_line(
		&fields[n], stream->loop->date, LOOP_DATE_LENGTH - 2, names[n]);
	n++;
	while ((line = memchr(line, '\n', (size_t)(end - line))) != NULL &&
		++line < end && n < FIELDS_MAX) {
		const char *stop = memchr(line, '\r', (size_t)(end - line));

		add_line(&fields[n], line, (size_t)(stop - line), names[n]);
		n++;
	}
	return n;
}

/* Hands the answer, which is due, to nghttp2. */
static void respond(struct stream *stream)
{
	char names[FIELDS_MAX][NAME_MAX_LENGTH];
	const struct exchange *exchange = &stream->exchange;
	const nghttp2_data_provider body = {
		.source.ptr = stream, .read_callback = read_body};
	nghttp2_nv fields[FIELDS_MAX];
	bool has_body =
		exchange->body_length || exchange->fault == FAULT_RESET_BODY;
	uint32_t error = NGHTTP2_INTERNAL_ERROR;
	int rc = -1;

	stream->responded = true;
	if (exchange->fault == FAULT_REFUSED)
		error = NGHTTP2_REFUSED_STREAM;
	else if (exchange->fault != FAULT_RESET)
		rc = nghttp2_submit_response(stream->session, stream->id,
			fields, make_fields(stream, fields, names),
			has_body ? &body : NULL);
	/* A fault; or there is no memory for an answer. */
	if (rc)
		(void)nghttp2_submit_rst_stream(
			stream->session, NGHTTP2_FLAG_NONE, stream->id, error);
}

static void fire(struct timer *timer)
{
	struct stream *stream = container_of(timer, struct stream, timer);

	respond(stream);
	stream->due(stream);
}

static void exchange_admitted(struct exchange *exchange)
{
	struct stream *stream = container_of(exchange, struct stream, exchange);

	if (exchange->due_ns != EXCHANGE_NOT_DUE &&
		timers_set(&stream->loop->timers, &stream->timer,
			exchange->due_ns, fire))
		fire(&stream->timer);
}

/* Has the request answered, which is whole or to be refused. */
static int arrive(
	struct stream *stream, uint64_t arrival_ns, const struct origin *origin)
{
	struct exchange *exchange = &stream->exchange;
	int rc = make_request(stream);

	if (rc)
		return rc;
	stream->request.arrival.last_ns = arrival_ns;
	rc = dispatch_request(stream->loop, exchange, &stream->request,
		stream->refuse, origin);
	if (rc)
		return rc;
	stream->arrived = true;
	forget_request(stream);
	if (exchange->due_ns <= exchange->arrival_ns)
		respond(stream);
	else if (exchange->due_ns != EXCHANGE_NOT_DUE)
		rc = timers_set(&stream->loop->timers, &stream->timer,
			exchange->due_ns, fire);
	return rc;
}

/* If there is no memory for it, the client goes on after a while. */
static void send_continue(struct stream *stream)
{
	const nghttp2_nv status = {
		.name = (uint8_t *)":status",
		.namelen = strlen(":status"),
		.value = (uint8_t *)"100",
		.valuelen = STATUS_LENGTH,
	};

	stream->expects_continue = false;
	(void)nghttp2_submit_headers(stream->session, NGHTTP2_FLAG_NONE,
		stream->id, NULL, &status, 1, NULL);
}

int stream_advance(struct stream *stream, bool last, uint64_t arrival_ns,
	const struct origin *origin)
{
	if (stream->arrived)
		return 0;
	if (last || stream->refuse)
		return arrive(stream, arrival_ns, origin);
	if (stream->expects_continue)
		send_continue(stream);
	return 0;
}
