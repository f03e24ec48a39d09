/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stretches of bytes, as the parts of the request reader take them apart. */
#ifndef MOCK_SERVER_SPAN_H
#define MOCK_SERVER_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "mock_server/http.h"

/* RFC 9110, 5.6.2. */
static inline bool http_is_token_char(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z') ||
		(c && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static inline bool http_span_is_token(struct http_span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (!http_is_token_char((unsigned char)span.at[i]))
			return false;
	return span.length > 0;
}

/* Cuts the span at the first `separator`; *rest is what follows it. */
static inline bool http_span_cut(
	struct http_span *span, char separator, struct http_span *rest)
{
	const char *found = memchr(span->at, separator, span->length);

	if (!found)
		return false;
	rest->at = found + 1;
	rest->length = span->length - (size_t)(found + 1 - span->at);
	span->length = (size_t)(found - span->at);
	return true;
}

/*
 * Where the value of the field goes, of which there may be one; NULL: it is
 * another one's.
 */
struct http_span *http_single_field(
	struct http_request *request, struct http_span name);

#endif
