/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/request_line.h"

#include <string.h>
#include <strings.h>

#define HTTP_SCHEME "http://"

static void set_path(struct http_span path, struct http_request *request)
{
	request->path = path;
	(void)http_span_cut(&request->path, '?', &request->query);
}

/* RFC 9112, 3.2.2: the authority is dropped; without a path, it is "/". */
static int parse_absolute_target(
	struct http_span target, struct http_request *request)
{
	const size_t scheme = strlen(HTTP_SCHEME);
	size_t at = scheme;

	while (at < target.length && target.at[at] != '/' &&
		target.at[at] != '?')
		at++;
	if (at == scheme)
		return 400;
	request->host = (struct http_span){target.at + scheme, at - scheme};
	set_path((struct http_span){target.at + at, target.length - at},
		request);
	if (!request->path.length)
		/* The last byte of the scheme, which is a '/'. */
		request->path = (struct http_span){target.at + scheme - 1, 1};
	return HTTP_DONE;
}

/* RFC 9112, 3.2. */
static int parse_target(struct http_span target, struct http_request *request)
{
	for (size_t i = 0; i < target.length; i++)
		if ((unsigned char)target.at[i] <= 0x20 ||
			(unsigned char)target.at[i] >= 0x7f)
			return 400;
	if (target.length && *target.at == '/')
		set_path(target, request);
	else if (target.length > strlen(HTTP_SCHEME) &&
		strncasecmp(target.at, HTTP_SCHEME, strlen(HTTP_SCHEME)) == 0)
		return parse_absolute_target(target, request);
	else if (request->method == HTTP_OPTIONS && http_span_is(target, "*"))
		request->path = target;
	else
		return 400;
	return HTTP_DONE;
}

static int parse_version(struct http_span version, struct http_request *request)
{
	if (version.length != 8 || memcmp(version.at, "HTTP/", 5) != 0 ||
		version.at[5] < '0' || version.at[5] > '9' ||
		version.at[6] != '.' || version.at[7] < '0' ||
		version.at[7] > '9')
		return 400;
	if (version.at[5] != '1')
		return 505;
	request->protocol = version.at[7] == '0' ? HTTP_1_0 : HTTP_1_1;
	return HTTP_DONE;
}

int request_line_parse(struct http_span line, struct http_request *request)
{
	struct http_span target, version;
	int status;

	request->line = line;
	if (!http_span_cut(&line, ' ', &target) || !http_span_is_token(line) ||
		!http_span_cut(&target, ' ', &version))
		return 400;
	status = parse_version(version, request);
	if (status != HTTP_DONE)
		return status;
	request->method = http_method_of(line);
	return parse_target(target, request);
}
