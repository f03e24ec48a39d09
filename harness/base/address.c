/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HTTP_PORT = 80, HTTPS_PORT = 443, PORT_MAX = 65535 };

/*
 * Parses ":PORT", which may be absent: then *port stays. Returns its end; NULL:
 * malformed.
 */
static const char *read_port(const char *at, unsigned *port)
{
	if (*at != ':')
		return at;
	*port = 0;
	for (at++; *at >= '0' && *at <= '9' && *port <= PORT_MAX; at++)
		*port = 10 * *port + (unsigned)(*at - '0');
	return *port > 0 && *port <= PORT_MAX ? at : NULL;
}

static bool set_v4(struct address *address, const char *text, unsigned port)
{
	struct sockaddr_in *socket = (void *)&address->socket;

	address->length = sizeof(*socket);
	socket->sin_family = AF_INET;
	socket->sin_port = htons((in_port_t)port);
	return inet_pton(AF_INET, text, &socket->sin_addr) == 1;
}

static bool set_v6(struct address *address, const char *text, unsigned port)
{
	struct sockaddr_in6 *socket = (void *)&address->socket;

	address->length = sizeof(*socket);
	socket->sin6_family = AF_INET6;
	socket->sin6_port = htons((in_port_t)port);
	return inet_pton(AF_INET6, text, &socket->sin6_addr) == 1;
}

/* Returns where the address begins; NULL: another scheme. */
static const char *skip_scheme(struct address *address, const char *url)
{
	*address = (struct address){0};
	if (strncmp(url, "http://", 7) == 0)
		return url + 7;
	address->secure = strncmp(url, "https://", 8) == 0;
	return address->secure ? url + 8 : NULL;
}

size_t address_of_url(struct address *address, const char *url)
{
	const char *at = skip_scheme(address, url);
	unsigned usual = address->secure ? HTTPS_PORT : HTTP_PORT, port = usual;
	char text[INET6_ADDRSTRLEN];
	bool v6, right;
	size_t length;

	if (!at)
		return 0;
	v6 = *at == '[';
	at += v6;
	length = strspn(at, v6 ? "0123456789abcdefABCDEF:." : "0123456789.");
	if (length == 0 || length >= sizeof(text) || (v6 && at[length] != ']'))
		return 0;
	memcpy(text, at, length);
	text[length] = '\0';
	at = read_port(at + length + v6, &port);
	if (!at || (*at && *at != '/'))
		return 0;
	right = v6 ? set_v6(address, text, port) : set_v4(address, text, port);
	if (!right)
		return 0;
	length = (size_t)snprintf(
		address->host, sizeof(address->host), v6 ? "[%s]" : "%s", text);
	(void)snprintf(address->ip, sizeof(address->ip), "%s", text);
	if (port != usual)
		(void)snprintf(address->host + length,
			sizeof(address->host) - length, ":%u", port);
	return (size_t)(at - url);
}

int address_connect(const struct address *address)
{
	static const int on = 1;
	int fd = socket(address->socket.ss_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
		(connect(fd, (const struct sockaddr *)&address->socket,
			 address->length) &&
			errno != EINPROGRESS))
		rc = -errno;
	if (rc)
		close(fd);
	return rc ? rc : fd;
}
