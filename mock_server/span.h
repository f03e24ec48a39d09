/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a text, and how the request reader takes them apart. Pure. */
#ifndef MOCK_SERVER_SPAN_H
#define MOCK_SERVER_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

/* A part of a text that the span does not own. */
struct http_span {
	const char *at; /* NULL: absent */
	size_t length;
};

static inline bool http_is_letter_or_digit(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		(c >= 'A' && c <= 'Z');
}

/* Whether the span is the text, in letters of either case. */
static inline bool http_span_is(struct http_span span, const char *text)
{
	return span.length == strlen(text) &&
		strncasecmp(span.at, text, span.length) == 0;
}

/* Returns 0..15, or -1. */
static inline int http_hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)((found - digits) & 15) : -1;
}

/* RFC 9110, 5.6.2 */
static inline bool http_span_is_token(struct http_span span)
{
	for (size_t i = 0; i < span.length; i++)
		if (!http_is_letter_or_digit(span.at[i]) &&
			!(span.at[i] && strchr("!#$%&'*+-.^_`|~", span.at[i])))
			return false;
	return span.length > 0;
}

/* Reads the span as a whole number, of digits alone and at most `max`. */
static inline bool http_span_number(
	struct http_span span, uint64_t max, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < span.length; i++) {
		uint64_t digit = (uint64_t)(span.at[i] - '0');

		if (digit > 9 || digit > max || *number > (max - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return span.length > 0;
}

/* The span without the blanks around it. */
static inline struct http_span http_span_trim(struct http_span span)
{
	while (span.length && (*span.at == ' ' || *span.at == '\t'))
		span.at++, span.length--;
	while (span.length &&
		(span.at[span.length - 1] == ' ' ||
			span.at[span.length - 1] == '\t'))
		span.length--;
	return span;
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
