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
