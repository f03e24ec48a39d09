/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the reader of requests against llhttp, the parser of Node.js: a request
 * that the reader takes is a request for llhttp, too, of the same length, with
 * the same method, target and body, and the same will to keep the connection.
 *
 * The reader refuses requests that llhttp takes, on purpose: http.h says which.
 * The other way round these differences are meant:
 *
 *   - llhttp knows a list of methods; the reader takes any token, and answers
 *     one that it does not know by 501.
 *   - CONNECT is a tunnel for llhttp, and so is a request with Upgrade: bytes
 *     behind the head belong to no request. The server has no tunnels.
 *   - HTTP/1.2 and later are read as HTTP/1.1 (RFC 9110, 2.5); llhttp refuses
 *     them.
 *   - The reader ignores the extensions of a chunk whatever they are made of
 *     (RFC 9112, 7.1.1); llhttp refuses bytes above 127 in them. Requests whose
 *     chunks have such a byte anywhere are left out.
 *   - Fields of trailers are fields of the head for llhttp; the reader ignores
 *     them (RFC 9110, 6.5.1).
 */
/* Names that both headers have. */
#define HTTP_GET     LLHTTP_GET
#define HTTP_HEAD    LLHTTP_HEAD
#define HTTP_PUT     LLHTTP_PUT
#define HTTP_OPTIONS LLHTTP_OPTIONS
#include <llhttp/llhttp.h>
#undef HTTP_GET
#undef HTTP_HEAD
#undef HTTP_PUT
#undef HTTP_OPTIONS

#include "mock_server/http.h"
#include "tests/fuzz/fuzz.h"

/* What llhttp has read of the first request. */
struct reading {
	char method[32];
	char *target, *body;
	size_t target_length, body_length;
	bool done, keep_alive, upgrade;
};

static struct reading *reading_of(llhttp_t *parser)
{
	return parser->data;
}

static int take_target(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *reading = reading_of(parser);

	memcpy(reading->target + reading->target_length, at, length);
	reading->target_length += length;
	return 0;
}

static int take_body(llhttp_t *parser, const char *at, size_t length)
{
	struct reading *reading = reading_of(parser);

	memcpy(reading->body + reading->body_length, at, length);
	reading->body_length += length;
	return 0;
}

/* Ends the parsing behind the first request. */
static int complete(llhttp_t *parser)
{
	struct reading *reading = reading_of(parser);

	reading->done = true;
	reading->keep_alive = llhttp_should_keep_alive(parser);
	reading->upgrade = parser->upgrade;
	return HPE_PAUSED;
}

/* Returns how many bytes the first request has. */
static size_t read_theirs(
	struct reading *reading, const char *bytes, size_t size)
{
	llhttp_settings_t settings;
	llhttp_t parser;

	llhttp_settings_init(&settings);
	settings.on_url = take_target;
	settings.on_body = take_body;
	settings.on_message_complete = complete;
	llhttp_init(&parser, HTTP_REQUEST, &settings);
	parser.data = reading;
	(void)llhttp_execute(&parser, bytes, size);
	(void)snprintf(reading->method, sizeof(reading->method), "%s",
		llhttp_method_name((llhttp_method_t)parser.method));
	return reading->done ? (size_t)(llhttp_get_error_pos(&parser) - bytes)
			     : size;
}

static bool is_ascii(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((unsigned char)bytes[i] > 127)
			return false;
	return true;
}

/*
 * Whether the body comes in chunks, and anything is behind the last one or is
 * not ASCII.
 */
static bool is_odd(
	const char *bytes, size_t consumed, const struct http_request *request)
{
	static const char end[] = "\n0\r\n\r\n";
	const char *head = memmem(bytes + 2, consumed - 2, "\r\n\r\n", 4);
	size_t framed = consumed - (size_t)(head + 4 - bytes);
	size_t length = sizeof(end) - 1;

	return framed != request->body.length &&
		(memcmp(bytes + consumed - length, end, length) != 0 ||
			!is_ascii(head, framed + 4));
}

/* A tunnel, or a version that llhttp does not know. */
static bool is_other(const struct http_request *request)
{
	const struct http_span *line = &request->line;

	return line->at[line->length - 1] > '1' ||
		memcmp(line->at, "CONNECT ", 8) == 0;
}

static void compare(const struct http_request *request, size_t consumed,
	const struct reading *theirs, size_t their_consumed)
{
	const char *blank = memchr(request->line.at, ' ', request->line.length);
	const char *target = blank + 1;
	size_t method_length = (size_t)(target - request->line.at) - 1;

	require(theirs->done);
	if (theirs->upgrade)
		return;
	require(their_consumed == consumed);
	require(strlen(theirs->method) == method_length);
	require(memcmp(theirs->method, request->line.at, method_length) == 0);
	require(memcmp(theirs->target, target, theirs->target_length) == 0);
	require(target[theirs->target_length] == ' ');
	require(theirs->body_length == request->body.length);
	require(memcmp(theirs->body, request->body.at, theirs->body_length) ==
		0);
	require(theirs->keep_alive == request->keep_alive);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_request request;
	struct reading theirs = {0};
	size_t consumed = 0, their_consumed;
	char *bytes = fuzz_text(data, size), *copy = fuzz_text(data, size);

	theirs.target = malloc(size + 1);
	theirs.body = malloc(size + 1);
	require(theirs.target && theirs.body);
	if (http_parse(bytes, size, &request, &consumed) == HTTP_DONE &&
		request.method != HTTP_UNKNOWN && !is_other(&request)) {
		their_consumed = read_theirs(&theirs, copy, size);
		if (!is_odd(copy, consumed, &request))
			compare(&request, consumed, &theirs, their_consumed);
	}
	free(theirs.target);
	free(theirs.body);
	free(bytes);
	free(copy);
	return 0;
}
