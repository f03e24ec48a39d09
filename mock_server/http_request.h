/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTTP request, of any version, as the server answers it. */
#ifndef MOCK_SERVER_HTTP_REQUEST_H
#define MOCK_SERVER_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mock_server/span.h"

/* How large a request may be, and the status for one that is larger. */
enum http_limits {
	HTTP_LINE_MAX = 4096,  /* bytes of the request line; 414 */
	HTTP_HEAD_MAX = 8192,  /* bytes of the head; 431 */
	HTTP_FIELDS_MAX = 100, /* fields; 431 */
	HTTP_KNOWN_MAX = 4,    /* fields If-None-Match; 431 */
	HTTP_BODY_MAX =
		16384, /* bytes of the body, chunk framing included; 413 */
	HTTP_REQUEST_MAX = HTTP_HEAD_MAX + HTTP_BODY_MAX,
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_PUT,
	HTTP_OPTIONS, /* the only one whose path may be "*" */
	HTTP_OTHER,   /* another method of the RFCs: answered by 405 */
	HTTP_UNKNOWN, /* answered by 501 */
};

enum http_protocol {
	HTTP_1_1, /* or a later 1.x */
	HTTP_1_0,
	HTTP_2,
};

/* When the first byte of a request reached the server, and when its last. */
struct arrival {
	uint64_t first_ns, last_ns;
};

struct http_request {
	enum http_method method;
	enum http_protocol protocol;
	struct http_span line;  /* the request line, without its CRLF */
	struct http_span path;  /* as sent, without the query: "*" or "/..." */
	struct http_span query; /* after the '?' */
	struct http_span item;  /* the value of X-Flagrace-Item */
	/* Values of fields; host is the request's authority, with its port. */
	struct http_span host, origin, token, range, if_range;
	struct http_span known[HTTP_KNOWN_MAX]; /* each If-None-Match's value */
	struct http_span body;                  /* chunk framing removed */
	bool keep_alive;       /* the client wants the connection kept */
	bool expects_continue; /* it waits for "100 Continue" before the body */
	struct arrival arrival; /* not known to a parser */
};

/* How the reading of a request, or of a part of it, ended. */
enum http_outcome {
	HTTP_DONE = 0, /* *request and *consumed are filled in */
	HTTP_MORE = 1, /* the request is not whole; expects_continue is valid */
		       /* 400..599: the status to refuse the request with */
};

/* The method of that name. */
enum http_method http_method_of(struct http_span name);

/* "GET"; "other" for HTTP_OTHER, "unknown" for HTTP_UNKNOWN. */
const char *http_method_name(enum http_method method);

/* "http/1.1", "http/1.0" or "h2". */
const char *http_protocol_name(enum http_protocol protocol);

/*
 * Where the value goes of a field that a request has once at most; NULL: the
 * field is none of those, or is Host, which has rules of its own.
 */
struct http_span *http_single_field(
	struct http_request *request, struct http_span name);

/*
 * Where the value of another If-None-Match goes, whose lines are one list
 * (RFC 9110, 5.3); NULL: there are HTTP_KNOWN_MAX.
 */
struct http_span *http_free_known(struct http_request *request);

#endif
