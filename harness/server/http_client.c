/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The connection, and forms. */
#include "harness/server/http.h"

#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness/server/target.h"

int http_client_init(
	struct http_client *client, const char *url, struct fr_error *err)
{
	*client = (struct http_client){
		.fd = -1, .step_ms = 30000, .whole_ms = 60000};
	return target_origin(&client->origin, url, err);
}

void http_client_close(struct http_client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
}

/* Connects to one address. Returns a socket, or -1 with errno. */
static int connect_address(const struct addrinfo *address, unsigned limit_ms)
{
	struct timeval limit = {
		.tv_sec = limit_ms / 1000, .tv_usec = limit_ms % 1000 * 1000};
	const int on = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* It also limits connect(2): socket(7). */
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static int cannot_connect(
	const struct http_origin *origin, int error, struct fr_error *err)
{
	if (error == EADDRNOTAVAIL || error == EMFILE || error == ENFILE)
		return fr_error_set(err, EXIT_INVALID,
			"cannot connect to http://%s:%s: %s", origin->host,
			origin->port,
			error == EADDRNOTAVAIL ? "no local port is free"
					       : strerror(error));
	return fr_error_set(err, EXIT_INVALID,
		"nothing answers at http://%s:%s (%s); start a server "
		"there with 'flagrace serve --port %s'",
		origin->host, origin->port, strerror(error), origin->port);
}

/* localhost may be ::1 and 127.0.0.1; the server may listen on one only. */
static int connect_to(struct http_client *client, struct fr_error *err)
{
	const struct http_origin *origin = &client->origin;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list;
	const char *open = strchr(origin->host, '[');
	char host[sizeof(origin->host)];
	int rc;

	(void)snprintf(host, sizeof(host), "%s", origin->host + (open != NULL));
	host[strcspn(host, "]")] = '\0';
	rc = getaddrinfo(host, origin->port, &hints, &list);
	if (rc)
		return fr_error_set(err, EXIT_INVALID,
			"cannot find the host of http://%s:%s: %s",
			origin->host, origin->port, gai_strerror(rc));
	for (struct addrinfo *a = list; a && client->fd < 0; a = a->ai_next)
		client->fd = connect_address(a, client->step_ms);
	freeaddrinfo(list);
	return client->fd < 0 ? cannot_connect(origin, errno, err) : 0;
}

int http_probe(struct http_client *client, struct fr_error *err)
{
	return client->fd < 0 ? connect_to(client, err) : 0;
}

int http_peer(const struct http_client *client, struct http_origin *peer)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[sizeof(peer->host) - 2];

	if (client->fd < 0 ||
		getpeername(client->fd, (struct sockaddr *)&address, &length) ||
		getnameinfo((struct sockaddr *)&address, length, host,
			sizeof(host), peer->port, sizeof(peer->port),
			NI_NUMERICHOST | NI_NUMERICSERV))
		return -1;
	(void)snprintf(peer->host, sizeof(peer->host),
		address.ss_family == AF_INET6 ? "[%s]" : "%s", host);
	return 0;
}

bool http_is_fresh(const struct http_client *client)
{
	struct pollfd input = {.fd = client->fd, .events = POLLIN};

	return client->fd >= 0 && poll(&input, 1, 0) == 0;
}

int http_form_add(char *form, size_t size, const char *key, const char *value)
{
	size_t used = strlen(form);

	used += (size_t)snprintf(
		form + used, size - used, "%s%s=", used ? "&" : "", key);
	for (; *value && used < size; value++) {
		unsigned char byte = (unsigned char)*value;

		used += (size_t)snprintf(form + used, size - used,
			isalnum(byte) ? "%c" : "%%%02X", byte);
	}
	return used < size ? 0 : -1;
}
