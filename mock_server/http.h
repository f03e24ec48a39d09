/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads HTTP/1.0 and HTTP/1.1 requests (RFC 9112) out of bytes in memory.
 *
 * Pure: no allocation, no I/O, no state between calls. A caller that has bytes
 * calls http_parse with all it holds of the request, from its first byte; when
 * that was not enough the caller calls again with more. Limits bound what must
 * be held.
 *
 * Stricter than it needs to be where leniency lets two readers disagree: a
 * line ends with CRLF alone, folded fields are refused, and so is whatever
 * says twice how long the body is.
 */
#ifndef MOCK_SERVER_HTTP_H
#define MOCK_SERVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>

enum http_limits {
	HTTP_LINE_MAX = 4096,  /* the request line; beyond: 414 */
	HTTP_HEAD_MAX = 8192,  /* with all fields; beyond: 431 */
	HTTP_FIELDS_MAX = 100, /* fields of one request; beyond: 431 */
	HTTP_KNOWN_MAX = 4,    /* of them If-None-Match; beyond: 431 */
	HTTP_BODY_MAX = 16384, /* with its chunk framing; beyond: 413 */
	HTTP_REQUEST_MAX = HTTP_HEAD_MAX + HTTP_BODY_MAX,
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_PUT,
	HTTP_OPTIONS, /* alone may have the path "*" */
	HTTP_OTHER,   /* known, but nothing here answers it */
	HTTP_UNKNOWN,
};

enum http_protocol {
	HTTP_1_1, /* or a later 1.x */
	HTTP_1_0,
	HTTP_2,
};

/* A stretch of the caller's bytes. */
struct http_span {
	const char *at; /* NULL: absent */
	size_t length;
};

struct http_request {
	enum http_method method;
	enum http_protocol protocol;
	struct http_span line;  /* the request line, without its CRLF */
	struct http_span path;  /* as sent, without query: "*" or "/.." */
	struct http_span query; /* behind the '?' */
	struct http_span item;  /* the value of X-Flagrace-Item */
	/* Values of fields; host is the authority that was asked, with port. */
	struct http_span host, origin, token, range, if_range;
	struct http_span known[HTTP_KNOWN_MAX]; /* each If-None-Match's value */
	struct http_span body;                  /* chunk framing removed */
	bool keep_alive;       /* the client wants the connection kept */
	bool expects_continue; /* it waits for "100 Continue" before the body */
};

enum http_outcome {
	HTTP_DONE = 0, /* *request and *consumed are filled in */
	HTTP_MORE = 1, /* no whole request yet; expects_continue is valid */
		       /* otherwise: the status to refuse it with, 400..599 */
};

/*
 * Parses one request from bytes[0..length). The spans of *request point into
 * bytes, which is changed only when HTTP_DONE (a chunked body is closed up in
 * place). *consumed is the request's length. Returns an enum http_outcome or a
 * status; after a status the connection cannot be read any further.
 */
int http_parse(char *bytes, size_t length, struct http_request *request,
	size_t *consumed);

/* The method of that name. */
enum http_method http_method_of(struct http_span name);

/* "GET"; "other" for HTTP_OTHER, "unknown" for HTTP_UNKNOWN. */
const char *http_method_name(enum http_method method);

/* "http/1.1", "http/1.0" or "h2". */
const char *http_protocol_name(enum http_protocol protocol);

/* Whether the span is the text, letter case apart. */
bool http_span_is(struct http_span span, const char *text);

#endif
