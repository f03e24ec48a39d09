/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/content.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mock_server/catalogue.h"
#include "mock_server/folder.h"
#include "mock_server/form.h"

struct content {
	size_t references;
	int root_fd;
	uint64_t payload;
	struct folder *folder;       /* one of the two */
	struct catalogue *catalogue; /* is not NULL */
};

const char content_no_payload[] =
	"payload: files of a root folder are served as they are, so it must be "
	"0";

int content_create(struct content **out, int root_fd, uint64_t payload)
{
	struct content *content;
	int rc = 0;

	*out = NULL;
	if (root_fd >= 0 && payload)
		return -EINVAL;
	content = calloc(1, sizeof(*content));
	if (!content)
		return -ENOMEM;
	content->references = 1;
	content->root_fd = root_fd;
	content->payload = payload;
	if (root_fd < 0)
		rc = catalogue_create(&content->catalogue, payload);
	else
		rc = folder_create(&content->folder, root_fd);
	if (rc) {
		content_drop(content);
		return rc;
	}
	*out = content;
	return 0;
}

int content_change(
	struct content **content, uint64_t payload, const char *nonce)
{
	struct content *now = *content;

	if (payload != now->payload ||
		(now->catalogue && now->references > 1)) {
		int rc = content_create(&now, (*content)->root_fd, payload);

		if (rc)
			return rc;
		content_drop(*content);
		*content = now;
	}
	if (now->catalogue)
		catalogue_stamp(now->catalogue, nonce);
	return 0;
}

struct content *content_share(struct content *content)
{
	content->references++;
	return content;
}

void content_drop(struct content *content)
{
	if (!content || --content->references)
		return;
	catalogue_free(content->catalogue);
	folder_free(content->folder);
	free(content);
}

/* Takes the word, letter case apart, from the front of the span. */
static bool take(struct http_span *span, const char *word)
{
	size_t n = strlen(word);

	if (span->length < n || strncasecmp(span->at, word, n) != 0)
		return false;
	span->at += n;
	span->length -= n;
	return true;
}

/* RFC 9110, 13.1.2: lists of tags, weak or not, or "*". */
static bool is_known(
	const struct http_request *request, const struct response *response)
{
	const struct http_span *known = request->known;
	char etag[RESPONSE_ETAG_MAX];

	if (!known->at)
		return false;
	response_etag(response, etag);
	for (; known < request->known + HTTP_KNOWN_MAX && known->at; known++)
		if (http_span_is(*known, "*") ||
			memmem(known->at, known->length, etag, strlen(etag)))
			return true;
	return false;
}

static int not_modified(struct response *response)
{
	char etag[RESPONSE_ETAG_MAX], field[RESPONSE_ETAG_MAX + 16];

	response_etag(response, etag);
	(void)snprintf(field, sizeof(field), "ETag: %s\r\n", etag);
	response_release(response);
	return response_init_status(response, 304, field);
}

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

/*
 * Reads "bytes=2-5", "bytes=2-" or "bytes=-3", a range of `whole` bytes.
 * Returns whether it is one range; *length 0: it lies outside of them.
 */
static bool parse_range(struct http_span span, uint64_t whole, uint64_t *first,
	uint64_t *length)
{
	uint64_t last = UINT64_MAX;
	bool from, to;

	if (!take(&span, "bytes="))
		return false;
	span = http_span_trim(span);
	from = take_number(&span, first);
	if (!take(&span, "-"))
		return false;
	to = take_number(&span, &last);
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

/*
 * Replaces *response, a 200, by a 206 or a 416 if the request is a GET with
 * Range and, if it has If-Range, that matches (RFC 9110, 14). If the client
 * asks for several ranges, or in another unit, the whole body is sent, as the
 * RFC allows. Returns 0; or -ENOMEM, and *response is as it was.
 */
static int apply_range(
	struct response *response, const struct http_request *request)
{
	uint64_t first, length;
	struct response part;
	char field[64];
	int rc;

	if (!request->range.at || request->method != HTTP_GET ||
		is_other(request, response) ||
		!parse_range(
			request->range, response->body_length, &first, &length))
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

/*
 * RFC 3986, 2.2: an encoded '/' is data, and no name can hold one. An encoded
 * NUL would end a name of C early, so no name can hold that either.
 */
static int decode(struct http_span *path, char bytes[HTTP_LINE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < path->length; i++) {
		int c = (unsigned char)path->at[i];

		if (c == '%') {
			c = form_escape(path->at + i, path->length - i);
			if (c <= 0 || c == '/')
				return -ENOENT;
			i += 2;
		}
		bytes[n++] = (char)c;
	}
	*path = (struct http_span){bytes, n};
	return 0;
}

int content_find(struct content *content, const struct http_request *request,
	struct response *response)
{
	struct http_span path = request->path;
	char decoded[HTTP_LINE_MAX];
	int rc;

	if (path.length > sizeof(decoded) ||
		(memchr(path.at, '%', path.length) && decode(&path, decoded)))
		return -ENOENT;
	(void)take(&path, "/data");
	if (!take(&path, "/flags/"))
		return -ENOENT;
	rc = content->catalogue
		? catalogue_find(content->catalogue, path, response)
		: folder_find(content->folder, path, response);
	if (!rc && response->status == 200 && is_known(request, response))
		rc = not_modified(response);
	if (!rc && response->status == 200)
		rc = apply_range(response, request);
	return rc;
}
