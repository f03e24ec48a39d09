/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the reader of requests with arbitrary bytes, in a block of exactly
 * their size. A request that it takes must lie within them, and must read the
 * same again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/http.h"
#include "tests/fuzz/fuzz.h"

static void require_inside(
	struct http_span span, const char *bytes, size_t length)
{
	if (!span.at)
		return;
	require(span.at >= bytes && span.at + span.length <= bytes + length);
}

/* Reads one request. Returns how many bytes it has; 0: none. */
static size_t take(const uint8_t *data, size_t size)
{
	struct http_request request;
	size_t consumed = 0;
	char *bytes = malloc(size ? size : 1);
	int outcome;

	require(bytes != NULL);
	memcpy(bytes, data, size);
	outcome = http_parse(bytes, size, &request, &consumed);
	if (outcome == HTTP_DONE) {
		require(consumed > 0 && consumed <= size);
		require(consumed <= HTTP_REQUEST_MAX);
		require_inside(request.line, bytes, consumed);
		require_inside(request.path, bytes, consumed);
		require_inside(request.query, bytes, consumed);
		require_inside(request.item, bytes, consumed);
		for (int i = 0; i < HTTP_KNOWN_MAX; i++)
			require_inside(request.known[i], bytes, consumed);
		require_inside(request.body, bytes, consumed);
	} else if (outcome == HTTP_MORE) {
		require(size < HTTP_REQUEST_MAX);
		require(memcmp(bytes, data, size) == 0);
	} else {
		require(outcome >= 400 && outcome <= 599);
	}
	free(bytes);
	return consumed;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t used;

	while ((used = take(data, size)) > 0) {
		data += used;
		size -= used;
	}
	return 0;
}
