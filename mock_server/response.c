/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/response.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { HEAD_MAX = 512 };

/* RFC 9110, 15. */
static const char *reason(unsigned status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 413:
		return "Content Too Large";
	case 414:
		return "URI Too Long";
	case 417:
		return "Expectation Failed";
	case 431:
		return "Request Header Fields Too Large";
	case 501:
		return "Not Implemented";
	case 503:
		return "Service Unavailable";
	case 505:
		return "HTTP Version Not Supported";
	default:
		return "";
	}
}

int response_init(struct response *response, unsigned status, const char *type,
	const char *fields, const void *body, size_t body_length)
{
	char head[HEAD_MAX];
	int length = snprintf(head, sizeof(head),
		"HTTP/1.1 %u %s\r\n"
		"Server: flagrace\r\n"
		"Content-Type: %s\r\n"
		"Content-Length: %zu\r\n"
		"%s",
		status, reason(status), type, body_length, fields);
	char *bytes;

	if (length < 0 || (size_t)length >= sizeof(head))
		return -EINVAL;
	bytes = malloc((size_t)length + body_length);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, head, (size_t)length);
	if (body_length)
		memcpy(bytes + length, body, body_length);
	*response = (struct response){
		.status = status,
		.bytes = bytes,
		.head_length = (size_t)length,
		.body_length = body_length,
		.body_hash = XXH3_64bits(body, body_length),
		.owned = bytes,
	};
	return 0;
}

int response_init_text(struct response *response, unsigned status,
	const char *fields, const char *line)
{
	char body[HEAD_MAX];
	int length = snprintf(body, sizeof(body), "%s\n", line);

	if (length < 0 || (size_t)length >= sizeof(body))
		return -EINVAL;
	return response_init(response, status, "text/plain; charset=utf-8",
		fields, body, (size_t)length);
}

int response_init_status(struct response *response, unsigned status)
{
	return response_init_text(response, status, "", reason(status));
}

struct response response_lend(const struct response *lender)
{
	struct response lent = *lender;

	lent.owned = NULL;
	return lent;
}

void response_release(struct response *response)
{
	free(response->owned);
	response->owned = NULL;
}
