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
	struct loop *loop, int32_t id, uint64_t first_ns,
	void (*due)(struct stream *stream))
{
	struct stream *stream = calloc(1, sizeof(*stream));

	*out = stream;
	if (!stream)
		return -ENOMEM;
	stream->session = session;
	stream->loop = loop;
	stream->id = id;
	stream->first_ns = first_ns;
	stream->due = due;
	stream->exchange.admitted = exchange_admitted;
	return 0;
}

static void free_fields(struct stream_fields *fields)
{
	free(fields->method);
	free(fields->path);
	for (int i = 0; i < HTTP_KNOWN_MAX; i++)
		free(fields->known[i]);
	free(fields->host);
	free(fields->item);
	free(fields->token);
	free(fields->origin);
	free(fields->range);
	free(fields->if_range);
}

void stream_free(struct stream *stream)
{
	timers_clear(&stream->loop->timers, &stream->timer);
	if (stream->arrived)
		service_finish(stream->loop->service, &stream->exchange,
			stream->ended);
	list_remove(&stream->link);
	free_fields(&stream->fields);
	free(stream->body);
	free(stream->line);
	free(stream);
}

/* Keeps the first reason to refuse the request. */
static void refuse(struct stream *stream, unsigned status)
{
	if (!stream->refuse)
		stream->refuse = status;
}

static bool is_named(const char *name, size_t length, const char *text)
{
	return strlen(text) == length && memcmp(name, text, length) == 0;
}

/* Where the field's value goes; NULL: nowhere. */
static char **place_of(struct stream *stream, const char *name, size_t length)
{
	struct stream_fields *fields = &stream->fields;
#define SINGLE(name, member)                                                   \
	{                                                                      \
		name, sizeof(name) - 1, offsetof(struct stream_fields, member) \
	}
	static const struct {
		const char *name;
		size_t length, offset;
	} single[] = {
		SINGLE(":method", method),
		SINGLE(":path", path),
		SINGLE(":authority", host),
		SINGLE("x-flagrace-item", item),
		SINGLE("flagrace-token", token),
		SINGLE("origin", origin),
		SINGLE("range", range),
		SINGLE("if-range", if_range),
	};
#undef SINGLE
	size_t i = 0;

	for (size_t k = 0; k < sizeof(single) / sizeof(*single); k++)
		if (length == single[k].length &&
			memcmp(name, single[k].name, length) == 0)
			return (char **)((char *)fields + single[k].offset);
	/* RFC 9113, 8.3.1: the authority, which came before, has precedence. */
	if (is_named(name, length, "host"))
		return fields->host ? NULL : &fields->host;
	if (!is_named(name, length, "if-none-match"))
		return NULL;
	while (i < HTTP_KNOWN_MAX && fields->known[i])
		i++;
	if (i < HTTP_KNOWN_MAX)
		return &fields->known[i];
	refuse(stream, 431);
	return NULL;
}

static void expect(struct stream *stream, struct http_span value)
{
	if (http_span_is(value, "100-continue"))
		stream->expects_continue = true;
	else
		refuse(stream, 417);
}

/* Enforces the limits of HTTP/1. */
int stream_add_field(struct stream *stream, const char *name,
	size_t name_length, const char *value, size_t value_length)
{
	char **place = place_of(stream, name, name_length);

	if (*name == ':' && value_length > HTTP_LINE_MAX)
		refuse(stream, 414);
	stream->head_length += name_length + value_length + strlen(": \r\n");
	if (stream->head_length > HTTP_HEAD_MAX)
		refuse(stream, 431);
	if (place && *place)
		refuse(stream, 400);
	if (is_named(name, name_length, "expect"))
		expect(stream, (struct http_span){value, value_length});
	if (!place || stream->refuse)
		return 0;
	*place = strndup(value, value_length);
	return *place ? 0 : -ENOMEM;
}

int stream_add_body(struct stream *stream, const char *bytes, size_t length)
{
	char *grown;

	if (length > HTTP_BODY_MAX - stream->body_length) {
		refuse(stream, 413);
		return 0;
	}
	grown = realloc(stream->body, stream->body_length + length + 1);
	if (!grown)
		return -ENOMEM;
	memcpy(grown + stream->body_length, bytes, length);
	stream->body = grown;
	stream->body_length += length;
	return 0;
}

static struct http_span span_of(const char *text)
{
	return (struct http_span){text, text ? strlen(text) : 0};
}

/* Makes the request that is handed to the service. Returns 0 or -ENOMEM. */
static int make_request(struct stream *stream, struct http_request *request)
{
	const char *method = stream->fields.method ? stream->fields.method : "";
	const char *path = stream->fields.path ? stream->fields.path : "";
	int length = asprintf(&stream->line, "%s %s HTTP/2.0", method, path);

	if (length < 0) {
		stream->line = NULL;
		return -ENOMEM;
	}
	*request = (struct http_request){
		.method = http_method_of(span_of(method)),
		.protocol = HTTP_2,
		.line = {stream->line, (size_t)length},
		.path = {stream->line + strlen(method) + 1, strlen(path)},
		.host = span_of(stream->fields.host),
		.item = span_of(stream->fields.item),
		.token = span_of(stream->fields.token),
		.origin = span_of(stream->fields.origin),
		.range = span_of(stream->fields.range),
		.if_range = span_of(stream->fields.if_range),
		.body = {stream->body, stream->body_length},
		.keep_alive = true,
	};
	for (int i = 0; i < HTTP_KNOWN_MAX; i++)
		request->known[i] = span_of(stream->fields.known[i]);
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
		memcpy(bytes,
			exchange->response.bytes +
				exchange->response.head_length +
				stream->body_sent,
			n);
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
	int rc = -1;

	stream->responded = true;
	if (exchange->fault != FAULT_RESET)
		rc = nghttp2_submit_response(stream->session, stream->id,
			fields, make_fields(stream, fields, names),
			has_body ? &body : NULL);
	/* FAULT_RESET; or there is no memory for an answer. */
	if (rc)
		(void)nghttp2_submit_rst_stream(stream->session,
			NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_INTERNAL_ERROR);
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
	const struct arrival arrival = {stream->first_ns, arrival_ns};
	struct exchange *exchange = &stream->exchange;
	struct http_request request;
	int rc = make_request(stream, &request);

	if (rc)
		return rc;
	rc = dispatch_request(stream->loop, exchange, &request, stream->refuse,
		&arrival, origin);
	if (rc)
		return rc;
	stream->arrived = true;
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
