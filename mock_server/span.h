/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a text, and how the request reader takes them apart. Pure. */
#ifndef MOCK_SERVER_SPAN_H
#define MOCK_SERVER_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* A part of a text that the span does not own. */
struct http_span {
	const char *at; /* NULL: absent */
	size_t length;
};

/* Whether the span is the text, in letters of either case. */
static inline bool http_span_is(struct http_span span, const char *text)
{
	return span.length == strlen(text) &&
		strncasecmp(span.at, text, span.length) == 0;
}

/* RFC 9110, 5.6.2 */
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

#endif
