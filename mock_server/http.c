/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request reader of http.h. Every call starts at the first byte: a head has
 * at most 8 KB and nearly always comes in one piece, so that a resumable parser
 * would gain nothing.
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

/* What the fields say about the body and the connection. */
struct framing {
	bool has_length, chunked, has_host;
	bool close, keep_alive; /* options of Connection */
	uint64_t length;
};

/*
 * Takes the line at *at, which must end within `limit` bytes, and moves *at
 * past its CRLF. Returns HTTP_DONE; HTTP_MORE; `too_long`; or 400: the line has
 * a control character, such as a bare CR or LF.
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

/* RFC 3986, 3.2.2 and 3.2.3: what a host and its port consist of. */
static bool is_host(struct http_span span)
{
	for (size_t i = 0; i < span.length; i++) {
		char c = span.at[i];

		if (!http_is_letter_or_digit(c) &&
			!(c && strchr(".:-_~[]%!$&'()*+,;=", c)))
			return false;
	}
	return true;
}

static int parse_content_length(struct http_span value, struct framing *framing)
{
	if (framing->has_length || value.length > CONTENT_LENGTH_DIGITS ||
		!http_span_number(value, UINT64_MAX, &framing->length))
		return 400;
	framing->has_length = true;
	return HTTP_DONE;
}

static void parse_connection(struct http_span value, struct framing *framing)
{
	struct http_span rest;
	bool more;

	do {
		more = http_span_cut(&value, ',', &rest);
		value = http_span_trim(value);
		framing->close |= http_span_is(value, "close");
		framing->keep_alive |= http_span_is(value, "keep-alive");
		value = rest;
	} while (more);
}

static int parse_field(struct http_span name, struct http_span value,
	struct http_request *request, struct framing *framing)
{
	struct http_span *single = http_single_field(request, name);
	struct http_span *known;

	if (http_span_is(name, "host")) {
		if (framing->has_host || !is_host(value))
			return 400;
		framing->has_host = true;
		/* RFC 9112, 3.2.2: the authority of the target comes first. */
		if (!request->host.at)
			request->host = value;
	} else if (single) {
		if (single->at)
			return 400;
		*single = value;
	} else if (http_span_is(name, "if-none-match")) {
		known = http_free_known(request);
		if (!known)
			return 431;
		*known = value;
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

/* Takes fields up to the empty line, and moves *at past it. */
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
		if (!http_span_cut(&line, ':', &value) ||
			!http_span_is_token(line))
			return 400;
		status = parse_field(
			line, http_span_trim(value), request, framing);
		if (status != HTTP_DONE)
			return status;
	}
}

/* RFC 9112, 6.1 and 3.2. Sets whether the connection is kept. */
static int check_fields(
	const struct framing *framing, struct http_request *request)
{
	if (framing->chunked &&
		(framing->has_length || request->protocol == HTTP_1_0))
		return 400;
	if (request->protocol != HTTP_1_0 && !framing->has_host)
		return 400;
	if (framing->has_length && framing->length > HTTP_BODY_MAX)
		return 413;
	request->keep_alive = !framing->close &&
		(request->protocol != HTTP_1_0 || framing->keep_alive);
	/* RFC 9110, 10.1.1: to be ignored from an HTTP/1.0 client. */
	if (request->protocol == HTTP_1_0)
		request->expects_continue = false;
	return HTTP_DONE;
}

/* "1a3;name=value" -> 0x1a3 */
static int parse_chunk_size(struct http_span line, size_t *size)
{
	size_t digits = 0;

	*size = 0;
	for (; digits < line.length && http_hex_digit(line.at[digits]) >= 0;
		digits++) {
		if (digits == CHUNK_SIZE_DIGITS)
			return 413;
		*size = *size * 16 + (size_t)http_hex_digit(line.at[digits]);
	}
	if (!digits)
		return 400;
	line.at += digits;
	line.length -= digits;
	line = http_span_trim(line);
	return !line.length || *line.at == ';' ? HTTP_DONE : 400;
}

/* Skips trailer fields, which mean nothing here but must be well formed. */
static int skip_trailers(const char *bytes, size_t length, size_t *at)
{
	for (;;) {
		struct http_span line, value;
		int status = take_line(
			bytes, length, at, HTTP_BODY_MAX - *at, 413, &line);

		if (status != HTTP_DONE || !line.length)
			return status;
		if (!http_span_cut(&line, ':', &value) ||
			!http_span_is_token(line))
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
		/* In this order: size + 2 may overflow a size_t of 32 bits. */
		if (size > HTTP_BODY_MAX || size + 2 > HTTP_BODY_MAX - at)
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
		/* The whole body first: it is changed only once it is whole. */
		status = walk_chunks(bytes, length, false, raw, &body);
		if (status != HTTP_DONE)
			return status;
		(void)walk_chunks(bytes, length, true, raw, &body);
		request->body.length = body;
	}
	return HTTP_DONE;
}

static void set_path(struct http_span path, struct http_request *request)
{
	request->path = path;
	(void)http_span_cut(&request->path, '?', &request->query);
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
	request->host = (struct http_span){target.at + scheme, at - scheme};
	set_path((struct http_span){target.at + at, target.length - at},
		request);
	if (!request->path.length)
		/* The last byte of the scheme, which is a '/'. */
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
	request->protocol = version.at[7] == '0' ? HTTP_1_0 : HTTP_1_1;
	return HTTP_DONE;
}

/*
 * The method, target and version. Returns HTTP_DONE or a status, and what was
 * read before the fault is filled in.
 */
static int parse_request_line(
	struct http_span line, struct http_request *request)
{
	struct http_span target, version;
	int status;

	request->line = line;
	if (!http_span_cut(&line, ' ', &target) || !http_span_is_token(line) ||
		!http_span_cut(&target, ' ', &version))
		return 400;
	status = parse_version(version, request);
	if (status != HTTP_DONE)
		return status;
	request->method = http_method_of(line);
	return parse_target(target, request);
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
