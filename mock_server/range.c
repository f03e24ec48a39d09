/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/range.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Takes digits from the front; a number beyond any length stays so. */
static bool take_number(struct http_span *span, uint64_t *number)
{
	size_t n = 0;

	*number = 0;
	for (; n < span->length && span->at[n] >= '0' && span->at[n] <= '9';
		n++)
		if (*number < UINT64_MAX / 10 - 1)
			*number = *number * 10 + (uint64_t)(span->at[n] - '0');
	span->at += n;
	span->length -= n;
	return n > 0;
}

static void skip_blanks(struct http_span *span)
{
	while (span->length && (*span->at == ' ' || *span->at == '\t'))
		span->at++, span->length--;
}

/*
 * Reads "bytes=2-5", "bytes=2-" or "bytes=-3", a range of `whole` bytes.
 * Returns whether it is one range; *length 0: it lies outside of them.
 */
static bool parse(struct http_span span, uint64_t whole, uint64_t *first,
	uint64_t *length)
{
	static const char unit[] = "bytes=";
	uint64_t last = UINT64_MAX;
	bool from, to;

	if (span.length < sizeof(unit) - 1 ||
		strncasecmp(span.at, unit, sizeof(unit) - 1) != 0)
		return false;
	span.at += sizeof(unit) - 1;
	span.length -= sizeof(unit) - 1;
	skip_blanks(&span);
	from = take_number(&span, first);
	if (!span.length || *span.at != '-')
		return false;
	span.at++, span.length--;
	to = take_number(&span, &last);
	skip_blanks(&span);
	if (span.length || (!from && !to) || (from && to && last < *first))
		return false;
	if (!from) {
		*length = last < whole ? last : whole;
		*first = whole - *length;
	} else if (*first >= whole) {
		*length = 0;
	} else {
		*length = !to || last >= whole ? whole - *first
					       : last - *first + 1;
	}
	return true;
}

/* RFC 9110, 13.1.5: whether If-Range, an ETag or a date, does not match. */
static bool is_other(
	const struct http_request *request, const struct response *response)
{
	char etag[RESPONSE_ETAG_MAX];

	if (!request->if_range.at)
		return false;
	response_etag(response, etag);
	return request->if_range.length != strlen(etag) ||
		memcmp(request->if_range.at, etag, strlen(etag)) != 0;
}

int range_apply(struct response *response, const struct http_request *request)
{
	uint64_t first, length;
	struct response part;
	char field[64];
	int rc;

	if (!request->range.at || request->method != HTTP_GET ||
		is_other(request, response) ||
		!parse(request->range, response->body_length, &first, &length))
		return 0;
	if (length) {
		rc = response_init_part(
			&part, response, (size_t)first, (size_t)length);
	} else {
		(void)snprintf(field, sizeof(field),
			"Content-Range: bytes */%zu\r\n",
			response->body_length);
		rc = response_init_status(&part, 416, field);
	}
	if (rc)
		return rc;
	response_release(response);
	*response = part;
	return 0;
}
