/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/response.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/xxh3.h"

enum { HEAD_MAX = 512 };
#define ETAG   "ETag: "
#define RANGES "Accept-Ranges: bytes\r\n"
#define TYPE   "Content-Type: "
/* Of a status and its reason, and the field that all responses have. */
#define STATUS_LINE "HTTP/1.1 %u %s\r\nServer: flagrace\r\n"

struct response_bytes {
	size_t references;
	char bytes[];
};

struct reason {
	unsigned status;
	const char *text;
};

/* RFC 9110, 15; RFC 6585; RFC 2324. None below 200. */
static const struct reason reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{203, "Non-Authoritative Information"},
	{204, "No Content"},
	{205, "Reset Content"},
	{206, "Partial Content"},
	{300, "Multiple Choices"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{305, "Use Proxy"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{407, "Proxy Authentication Required"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{418, "I'm a teapot"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{426, "Upgrade Required"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
	{511, "Network Authentication Required"},
};

static const char *reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Something Else";
}

/* Gives the response bytes that it owns. Returns them, or NULL. */
static char *own(struct response *response, size_t length)
{
	struct response_bytes *owned = malloc(sizeof(*owned) + length);

	if (!owned)
		return NULL;
	owned->references = 1;
	response->owned = owned;
	response->bytes = owned->bytes;
	return owned->bytes;
}

/* Writes the fields about the body; "" if the status has none. */
static int describe_body(char *text, size_t size, unsigned status,
	const char *type, size_t body_length)
{
	if (status == 204 || status == 304)
		return snprintf(text, size, "%s", "");
	if (status == 205)
		return snprintf(text, size, "Content-Length: 0\r\n");
	return snprintf(text, size,
		"Content-Type: %s\r\n"
		"Content-Length: %zu\r\n",
		type, body_length);
}

int response_init(struct response *response, unsigned status, const char *type,
	const char *fields, const void *body, size_t body_length)
{
	char head[HEAD_MAX], of_body[HEAD_MAX / 2];
	int length = describe_body(
		of_body, sizeof(of_body), status, type, body_length);
	struct response made;
	char *bytes;

	if (length < 0 || (size_t)length >= sizeof(of_body))
		return -EINVAL;
	length = snprintf(head, sizeof(head), STATUS_LINE "%s%s", status,
		reason(status), of_body, fields);
	if (length < 0 || (size_t)length >= sizeof(head))
		return -EINVAL;
	made = (struct response){
		.status = status,
		.head_length = (size_t)length,
		.body_length = body_length,
		.body_hash = XXH3_64bits(body, body_length),
	};
	bytes = own(&made, (size_t)length + body_length);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, head, (size_t)length);
	if (body_length)
		memcpy(bytes + length, body, body_length);
	made.body = bytes + length;
	*response = made;
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

int response_init_status(
	struct response *response, unsigned status, const char *fields)
{
	if (status == 204 || status == 205 || status == 304)
		return response_init(response, status, "", fields, "", 0);
	return response_init_text(response, status, fields, reason(status));
}

static uint64_t tag_of(const void *body, size_t length)
{
	return XXH3_64bits_withSeed(body, length, 1);
}

int response_init_content(struct response *response, const char *type,
	const void *body, size_t body_length)
{
	const struct response tagged = {.etag = tag_of(body, body_length)};
	char etag[RESPONSE_ETAG_MAX], field[RESPONSE_ETAG_MAX + 64];
	int rc;

	response_etag(&tagged, etag);
	(void)snprintf(field, sizeof(field), ETAG "%s\r\n" RANGES, etag);
	rc = response_init(response, 200, type, field, body, body_length);
	if (!rc)
		response->etag = tagged.etag;
	return rc;
}

/* Writes the head of a part of `whole`. Returns its length, or -1. */
static int write_part_head(char head[HEAD_MAX], const struct response *whole,
	size_t first, size_t length)
{
	const char *type =
		memmem(whole->bytes, whole->head_length, TYPE, strlen(TYPE));
	char etag[RESPONSE_ETAG_MAX];
	int n;

	response_etag(whole, etag);
	n = snprintf(head, HEAD_MAX,
		STATUS_LINE "%.*sContent-Length: %zu\r\n" ETAG "%s\r\n" RANGES
			    "Content-Range: bytes %zu-%zu/%zu\r\n",
		206u, reason(206), (int)(strcspn(type, "\n") + 1), type, length,
		etag, first, first + length - 1, whole->body_length);
	return n < HEAD_MAX ? n : -1;
}

int response_init_part(struct response *response, const struct response *whole,
	size_t first, size_t length)
{
	const char *body = whole->body + first;
	struct response made = {
		.status = 206,
		.body = body,
		.body_length = length,
		.body_hash = XXH3_64bits(body, length),
		.etag = whole->etag,
		.whole = whole->owned,
	};
	char head[HEAD_MAX];
	int n = write_part_head(head, whole, first, length);
	char *bytes;

	if (n < 0)
		return -EINVAL;
	made.head_length = (size_t)n;
	bytes = own(&made, made.head_length);
	if (!bytes)
		return -ENOMEM;
	memcpy(bytes, head, made.head_length);
	if (made.whole)
		made.whole->references++;
	*response = made;
	return 0;
}

void response_change(
	struct response *response, size_t at, const void *bytes, size_t length)
{
	char *head = response->owned->bytes;
	char *body = head + response->head_length;
	char etag[RESPONSE_ETAG_MAX];
	char *field = memmem(head, response->head_length, ETAG, strlen(ETAG));

	memcpy(body + at, bytes, length);
	response->body_hash = XXH3_64bits(body, response->body_length);
	response->etag = tag_of(body, response->body_length);
	response_etag(response, etag);
	memcpy(field + strlen(ETAG), etag, strlen(etag));
}

void response_etag(
	const struct response *response, char etag[RESPONSE_ETAG_MAX])
{
	(void)snprintf(
		etag, RESPONSE_ETAG_MAX, "\"%016" PRIx64 "\"", response->etag);
}

struct response response_lend(const struct response *lender)
{
	struct response lent = *lender;

	lent.owned = NULL;
	return lent;
}

struct response response_share(const struct response *response)
{
	if (response->owned)
		response->owned->references++;
	return *response;
}

bool response_is_shared(const struct response *response)
{
	return response->owned && response->owned->references > 1;
}

void response_drop_body(struct response *response)
{
	struct response head = *response;
	char *bytes;

	if (!response->owned || !response->body_length)
		return;
	bytes = own(&head, head.head_length);
	if (!bytes)
		return;
	memcpy(bytes, response->bytes, head.head_length);
	head.body = bytes + head.head_length;
	head.body_length = 0;
	head.body_hash = XXH3_64bits(bytes, 0);
	response_release(response);
	*response = head;
}

static void drop(struct response_bytes *bytes)
{
	if (bytes && !--bytes->references)
		free(bytes);
}

void response_release(struct response *response)
{
	drop(response->owned);
	drop(response->whole);
	response->owned = response->whole = NULL;
}
