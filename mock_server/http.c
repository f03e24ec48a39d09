/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request reader of http.h. It starts over at the first byte on every
 * call: a head is 8 KB at most and nearly always comes in one piece, so the
 * state that a resumable parser would keep is not worth its branches.
 */
#include "mock_server/http.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define HTTP_SCHEME "http://"

enum {
	CONTENT_LENGTH_DIGITS = 18,
	CHUNK_SIZE_DIGITS = 8,
	CHUNK_LINE_MAX = 256
};

/* What the fields say of the body and of themselves. */
struct framing {
	bool has_length, chunked, has_host;
	bool close, keep_alive; /* options of Connection */
	uint64_t length;
};

bool http_span_is(struct http_span span, const char *text)
{
	return span.length == strlen(text) &&
		strncasecmp(span.at, text, span.length) == 0;
}

/* RFC 9110, 5.6.2. */
static bool is_token_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') ||
		(c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(struct http_span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (!is_token_char((unsigned char)span.at[i]))
			return false;
	return span.length > 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/*
 * Takes the line at *at, which must end within `limit` bytes, and moves *at
 * behind its CRLF. Returns HTTP_DONE, HTTP_MORE, `too_long`, or 400 for a line
 * with a control character, which a bare CR or LF is too.
 */
static int take_line(const char *bytes, size_t length, size_t *at, size_t limit,
	int too_long, struct http_span *line)
{
	size_t left = length - *at;
	const char *start = bytes + *at;
	const char *end = memchr(start, '\n', left < limit ? left : limit);

	if (!end)
		return left < limit ? HTTP_MORE : too_long;
	if (end == start || end[-1] != '\r')
		return 400;
	line->at = start;
	line->length = (size_t)(end - start) - 1;
	for (size_t i = 0; i < line->length; i++) {
		unsigned char c = (unsigned char)start[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return 400;
	}
	*at += line->length + 2;
	return HTTP_DONE;
}

/* Cuts the span at the first `separator`; *rest is what follows it. */
static bool cut(struct http_span *span, char separator, struct http_span *rest)
{
	const char *found = memchr(span->at, separator, span->length);

	if (!found)
		return false;
	rest->at = found + 1;
	rest->length = span->length - (size_t)(found + 1 - span->at);
	span->length = (size_t)(found - span->at);
	return true;
}

static struct http_span trim(struct http_span span)
{
	while (span.length && (*span.at == ' ' || *span.at == '\t'))
		span.at++, span.length--;
	while (span.length &&
		(span.at[span.length - 1] == ' ' ||
			span.at[span.length - 1] == '\t'))
		span.length--;
	return span;
}

static void set_path(struct http_span path, struct http_request *request)
{
	request->path = path;
	(void)cut(&request->path, '?', &request->query);
}

/* RFC 9112, 3.2.2: the authority is dropped; without a path, it is "/". */
static int parse_absolute_target(
	struct http_span target, struct http_request *request)
{
	const size_t scheme = strlen(HTTP_SCHEME);
	size_t at = scheme;

	while (at < target.length && target.at[at] != '/' &&
		target.at[at] != '?')
		at++;
	if (at == scheme)
		return 400;
	set_path((struct http_span){target.at + at, target.length - at},
		request);
	if (!request->path.length)
		/* One of the bytes at hand: of the scheme's. */
		request->path = (struct http_span){target.at + scheme - 1, 1};
	return HTTP_DONE;
}

/* RFC 9112, 3.2. */
static int parse_target(struct http_span target, struct http_request *request)
{
	for (size_t i = 0; i < target.length; i++)
		if ((unsigned char)target.at[i] <= 0x20 ||
			(unsigned char)target.at[i] >= 0x7f)
			return 400;
	if (target.length && *target.at == '/')
		set_path(target, request);
	else if (target.length > strlen(HTTP_SCHEME) &&
		strncasecmp(target.at, HTTP_SCHEME, strlen(HTTP_SCHEME)) == 0)
		return parse_absolute_target(target, request);
	else if (request->method == HTTP_OPTIONS && http_span_is(target, "*"))
		request->path = target;
	else
		return 400;
	return HTTP_DONE;
}

static int parse_version(struct http_span version, struct http_request *request)
{
	if (version.length != 8 || memcmp(version.at, "HTTP/", 5) != 0 ||
		version.at[5] < '0' || version.at[5] > '9' ||
		version.at[6] != '.' || version.at[7] < '0' ||
		version.at[7] > '9')
		return 400;
	if (version.at[5] != '1')
		return 505;
	request->http_1_0 = version.at[7] == '0';
	return HTTP_DONE;
}

/* RFC 9110, 9.1, and RFC 5789; in capital letters. */
enum http_method http_method_of(struct http_span name)
{
	static const struct {
		const char *name;
		enum http_method method;
	} methods[] = {
		{"GET", HTTP_GET},
		{"HEAD", HTTP_HEAD},
		{"PUT", HTTP_PUT},
		{"OPTIONS", HTTP_OPTIONS},
		{"POST", HTTP_OTHER},
		{"DELETE", HTTP_OTHER},
		{"CONNECT", HTTP_OTHER},
		{"TRACE", HTTP_OTHER},
		{"PATCH", HTTP_OTHER},
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (name.length == strlen(methods[i].name) &&
			memcmp(name.at, methods[i].name, name.length) == 0)
			return methods[i].method;
	return HTTP_UNKNOWN;
}

static int parse_request_line(
	struct http_span line, struct http_request *request)
{
	struct http_span target, version;
	int status;

	request->line = line;
	if (!cut(&line, ' ', &target) || !is_token(line) ||
		!cut(&target, ' ', &version))
		return 400;
	status = parse_version(version, request);
	if (status != HTTP_DONE)
		return status;
	request->method = http_method_of(line);
	return parse_target(target, request);
}

/* RFC 3986, 3.2.2 and 3.2.3: what a host and its port consist of. */
static bool is_host(struct http_span span)
{
	for (size_t i = 0; i < span.length; i++) {
		char c = span.at[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
			!(c >= 'A' && c <= 'Z') && c != '.' && c != ':' &&
			!(c && strchr("-_~[]%!$&'()*+,;=", c)))
			return false;
	}
	return true;
}

static int parse_content_length(struct http_span value, struct framing *framing)
{
	if (framing->has_length || !value.length ||
		value.length > CONTENT_LENGTH_DIGITS)
		return 400;
	for (size_t i = 0; i < value.length; i++) {
		if (value.at[i] < '0' || value.at[i] > '9')
			return 400;
		framing->length =
			framing->length * 10 + (uint64_t)(value.at[i] - '0');
	}
	framing->has_length = true;
	return HTTP_DONE;
}

static void parse_connection(struct http_span value, struct framing *framing)
{
	struct http_span rest;
	bool more;

	do {
		more = cut(&value, ',', &rest);
		value = trim(value);
		framing->close |= http_span_is(value, "close");
		framing->keep_alive |= http_span_is(value, "keep-alive");
		value = rest;
	} while (more);
}

/* RFC 9110, 5.3: lines of one name are one list. */
static int add_known(struct http_span value, struct http_request *request)
{
	for (size_t i = 0; i < HTTP_KNOWN_MAX; i++)
		if (!request->known[i].at) {
			request->known[i] = value;
			return HTTP_DONE;
		}
	return 431;
}

static int parse_field(struct http_span name, struct http_span value,
	struct http_request *request, struct framing *framing)
{
	if (http_span_is(name, "host")) {
		if (framing->has_host || !is_host(value))
			return 400;
		framing->has_host = true;
	} else if (http_span_is(name, "x-flagrace-item")) {
		if (request->item.at)
			return 400;
		request->item = value;
	} else if (http_span_is(name, "if-none-match")) {
		return add_known(value, request);
	} else if (http_span_is(name, "connection")) {
		parse_connection(value, framing);
	} else if (http_span_is(name, "content-length")) {
		return parse_content_length(value, framing);
	} else if (http_span_is(name, "transfer-encoding")) {
		if (framing->chunked)
			return 400;
		if (!http_span_is(value, "chunked"))
			return 501;
		framing->chunked = true;
	} else if (http_span_is(name, "expect")) {
		if (!http_span_is(value, "100-continue"))
			return 417;
		request->expects_continue = true;
	}
	return HTTP_DONE;
}

/* Takes fields up to the empty line; *at is behind it afterwards. */
static int parse_fields(const char *bytes, size_t length, size_t *at,
	struct http_request *request, struct framing *framing)
{
	for (size_t n = 0;; n++) {
		struct http_span line, value;
		int status = take_line(
			bytes, length, at, HTTP_HEAD_MAX - *at, 431, &line);

		if (status != HTTP_DONE || !line.length)
			return status;
		if (n == HTTP_FIELDS_MAX)
			return 431;
		/* A folded line fails here too: a blank is no token. */
		if (!cut(&line, ':', &value) || !is_token(line))
			return 400;
		status = parse_field(line, trim(value), request, framing);
		if (status != HTTP_DONE)
			return status;
	}
}

/* RFC 9112, 6.1 and 3.2, and what follows for the connection. */
static int check_fields(
	const struct framing *framing, struct http_request *request)
{
	if (framing->chunked && (framing->has_length || request->http_1_0))
		return 400;
	if (!request->http_1_0 && !framing->has_host)
		return 400;
	if (framing->has_length && framing->length > HTTP_BODY_MAX)
		return 413;
	request->keep_alive =
		!framing->close && (!request->http_1_0 || framing->keep_alive);
	/* RFC 9110, 10.1.1: not to be heeded from an HTTP/1.0 client. */
	if (request->http_1_0)
		request->expects_continue = false;
	return HTTP_DONE;
}

/* "1a3;name=value" -> 0x1a3 */
static int parse_chunk_size(struct http_span line, size_t *size)
{
	size_t digits = 0;

	*size = 0;
	for (; digits < line.length && hex_digit(line.at[digits]) >= 0;
		digits++) {
		if (digits == CHUNK_SIZE_DIGITS)
			return 413;
		*size = *size * 16 + (size_t)hex_digit(line.at[digits]);
	}
	if (!digits)
		return 400;
	line.at += digits;
	line.length -= digits;
	line = trim(line);
	return !line.length || *line.at == ';' ? HTTP_DONE : 400;
}

/* Skips trailer fields, well formed or refused; none means anything here. */
static int skip_trailers(const char *bytes, size_t length, size_t *at)
{
	for (;;) {
		struct http_span line, value;
		int status = take_line(
			bytes, length, at, HTTP_BODY_MAX - *at, 413, &line);

		if (status != HTTP_DONE || !line.length)
			return status;
		if (!cut(&line, ':', &value) || !is_token(line))
			return 400;
	}
}

/*
 * Walks the chunks at bytes; with `close_up`, moves their contents together.
 * *raw is the length with framing, *body the length without.
 */
static int walk_chunks(
	char *bytes, size_t length, bool close_up, size_t *raw, size_t *body)
{
	size_t at = 0, size;

	*body = 0;
	do {
		struct http_span line;
		size_t left = HTTP_BODY_MAX - at;
		int status = take_line(bytes, length, &at,
			left < CHUNK_LINE_MAX ? left : CHUNK_LINE_MAX, 413,
			&line);

		if (status == HTTP_DONE)
			status = parse_chunk_size(line, &size);
		if (status != HTTP_DONE)
			return status;
		if (!size)
			break;
		if (size + 2 > HTTP_BODY_MAX - at)
			return 413;
		if (length - at < size + 2)
			return HTTP_MORE;
		if (memcmp(bytes + at + size, "\r\n", 2) != 0)
			return 400;
		if (close_up)
			memmove(bytes + *body, bytes + at, size);
		*body += size;
		at += size + 2;
	} while (at < HTTP_BODY_MAX);
	*raw = at;
	return skip_trailers(bytes, length, raw);
}

static int parse_body(char *bytes, size_t length, const struct framing *framing,
	struct http_request *request, size_t *raw)
{
	size_t body;
	int status;

	*raw = 0;
	request->body = (struct http_span){bytes, 0};
	if (framing->has_length) {
		if (length < framing->length)
			return HTTP_MORE;
		request->body.length = *raw = (size_t)framing->length;
	} else if (framing->chunked) {
		/* First to the end, so that a part is never changed twice. */
		status = walk_chunks(bytes, length, false, raw, &body);
		if (status != HTTP_DONE)
			return status;
		(void)walk_chunks(bytes, length, true, raw, &body);
		request->body.length = body;
	}
	return HTTP_DONE;
}

int http_parse(char *bytes, size_t length, struct http_request *request,
	size_t *consumed)
{
	struct framing framing = {0};
	struct http_span line;
	size_t at = 0, raw;
	int status;

	memset(request, 0, sizeof(*request));
	/* RFC 9112, 2.2: an empty line before the request line is ignored. */
	if (length >= 2 && memcmp(bytes, "\r\n", 2) == 0)
		at = 2;
	status = take_line(bytes, length, &at, HTTP_LINE_MAX, 414, &line);
	if (status == HTTP_DONE)
		status = parse_request_line(line, request);
	if (status == HTTP_DONE)
		status = parse_fields(bytes, length, &at, request, &framing);
	if (status != HTTP_DONE) {
		request->expects_continue = false; /* the head is not whole */
		return status;
	}
	status = check_fields(&framing, request);
	if (status == HTTP_DONE)
		status = parse_body(
			bytes + at, length - at, &framing, request, &raw);
	if (status == HTTP_DONE)
		*consumed = at + raw;
	return status;
}
