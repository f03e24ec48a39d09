/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/http_request.h"

/* RFC 9110, 9.1, and RFC 5789; in capital letters. */
static const struct method {
	const char *name;
	enum http_method method;
} methods[] = {
	{"GET", HTTP_GET},
	{"HEAD", HTTP_HEAD},
	{"PUT", HTTP_PUT},
	{"OPTIONS", HTTP_OPTIONS},
	{"POST", HTTP_OTHER},
	{"DELETE", HTTP_OTHER},
	{"CONNECT", HTTP_OTHER},
	{"TRACE", HTTP_OTHER},
	{"PATCH", HTTP_OTHER},
};

enum http_method http_method_of(struct http_span name)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (name.length == strlen(methods[i].name) &&
			memcmp(name.at, methods[i].name, name.length) == 0)
			return methods[i].method;
	return HTTP_UNKNOWN;
}

const char *http_method_name(enum http_method method)
{
	if (method == HTTP_UNKNOWN)
		return "unknown";
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (methods[i].method == method && method != HTTP_OTHER)
			return methods[i].name;
	return "other";
}

const char *http_protocol_name(enum http_protocol protocol)
{
	if (protocol == HTTP_2)
		return "h2";
	return protocol == HTTP_1_0 ? "http/1.0" : "http/1.1";
}

struct http_span *http_single_field(
	struct http_request *request, struct http_span name)
{
	/* By the length of their name, which differs for each of them. */
#define SINGLE(name, member) \
	[sizeof(name) - 1] = { name, offsetof(struct http_request, member) }
	static const struct {
		const char *name;
		size_t offset;
	} fields[] = {
		SINGLE("x-flagrace-item", item),
		SINGLE("flagrace-token", token),
		SINGLE("origin", origin),
		SINGLE("range", range),
		SINGLE("if-range", if_range),
	};
#undef SINGLE
	const size_t n = name.length;

	if (n >= sizeof(fields) / sizeof(*fields) || !fields[n].name ||
		strncasecmp(name.at, fields[n].name, n) != 0)
		return NULL;
	return (struct http_span *)((char *)request + fields[n].offset);
}

struct http_span *http_free_known(struct http_request *request)
{
	for (size_t i = 0; i < HTTP_KNOWN_MAX; i++)
		if (!request->known[i].at)
			return &request->known[i];
	return NULL;
}
