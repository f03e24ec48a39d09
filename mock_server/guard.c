/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/guard.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define LOCALHOST "localhost"

/* Takes a time that depends on the lengths alone. */
static bool is_token(struct http_span span, const char *token)
{
	size_t length = strlen(token);
	volatile unsigned char differ = span.length != length;

	for (size_t i = 0; i < span.length; i++)
		differ |= (unsigned char)(span.at[i] ^
			token[length ? i % length : 0]);
	return !differ;
}

/* Copies the host without its port and the brackets of an IPv6 address. */
static bool take_host(struct http_span span, char host[GUARD_HOST_MAX + 1])
{
	const char *end;

	if (span.length && *span.at == '[') {
		span.at++, span.length--;
		end = memchr(span.at, ']', span.length);
		if (!end)
			return false;
	} else {
		end = memchr(span.at, ':', span.length);
	}
	if (end)
		span.length = (size_t)(end - span.at);
	/* The dot at the end of a fully qualified name. */
	if (span.length && span.at[span.length - 1] == '.')
		span.length--;
	if (!span.length || span.length > GUARD_HOST_MAX)
		return false;
	memcpy(host, span.at, span.length);
	host[span.length] = '\0';
	return true;
}

static bool is_address(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, address) == 1 ||
		inet_pton(AF_INET6, host, address) == 1;
}

/* RFC 6761, 6.3: names below localhost are this host, too. */
static bool is_localhost(const char *host)
{
	const size_t length = strlen(host), n = strlen(LOCALHOST);

	if (length < n || strcasecmp(host + length - n, LOCALHOST) != 0)
		return false;
	return length == n || host[length - n - 1] == '.';
}

static bool is_ours(const struct guard *guard, struct http_span span)
{
	char host[GUARD_HOST_MAX + 1], name[GUARD_HOST_MAX + 1];

	if (!take_host(span, host))
		return false;
	if (is_address(host) || is_localhost(host) ||
		strcasecmp(host, guard->host) == 0)
		return true;
	name[GUARD_HOST_MAX] = '\0';
	return gethostname(name, GUARD_HOST_MAX) == 0 &&
		strcasecmp(host, name) == 0;
}

const char *guard_refuses(
	const struct guard *guard, const struct http_request *request)
{
	if (request->origin.at)
		return "requests with the field Origin are refused here";
	if (request->host.at && !is_ours(guard, request->host))
		return "this host is not known by that name; use its address";
	if (guard->token[0] &&
		(!request->token.at || !is_token(request->token, guard->token)))
		return "the token is missing or wrong: send it as "
		       "Flagrace-Token";
	return NULL;
}
