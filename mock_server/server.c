/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the listening socket and puts the parts of a server together. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/error.h"
#include "mock_server/loop.h"
#include "mock_server/mock_server.h"
#include "mock_server/service.h"

enum { BACKLOG = 4096 }; /* the kernel cuts it to net.core.somaxconn */

struct mock_server {
	struct service service;
	struct loop loop;
	int listen_fd;
	char url[NI_MAXHOST + 32];
};

static int resolve(const struct mock_server_options *options,
	struct addrinfo **address, struct mock_error *err)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
	};
	char port[8];
	int rc;

	(void)snprintf(port, sizeof(port), "%u", options->port);
	rc = getaddrinfo(options->host, port, &hints, address);
	if (!rc)
		return 0;
	return mock_error_set(err, -EINVAL,
		"host '%.100s': %s; right would be an address of this host "
		"such as 127.0.0.1",
		options->host, gai_strerror(rc));
}

static int bind_and_listen(int *out, const struct addrinfo *address)
{
	const int on = 1;
	int fd = socket(address->ai_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	/* Lets a server follow another on its port at once: socket(7). */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
		bind(fd, address->ai_addr, address->ai_addrlen) ||
		listen(fd, BACKLOG)) {
		rc = -errno;
		(void)close(fd);
		return rc;
	}
	*out = fd;
	return 0;
}

static int name_url(struct mock_server *server)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[NI_MAXHOST], port[8];

	if (getsockname(
		    server->listen_fd, (struct sockaddr *)&address, &length))
		return -errno;
	if (getnameinfo((struct sockaddr *)&address, length, host, sizeof(host),
		    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return -EINVAL;
	(void)snprintf(server->url, sizeof(server->url),
		strchr(host, ':') ? "http://[%s]:%s" : "http://%s:%s", host,
		port);
	return 0;
}

static int open_socket(struct mock_server *server,
	const struct mock_server_options *options, struct mock_error *err)
{
	struct addrinfo *address;
	int rc = resolve(options, &address, err);

	if (rc)
		return rc;
	rc = bind_and_listen(&server->listen_fd, address);
	freeaddrinfo(address);
	if (!rc)
		rc = name_url(server);
	if (rc == -EADDRINUSE)
		return mock_error_set(err, rc, "port %u of %s is in use",
			options->port, options->host);
	if (rc)
		return mock_error_set(err, rc,
			"cannot listen on port %u of %s: %s", options->port,
			options->host, strerror(-rc));
	return 0;
}

int mock_server_open(struct mock_server **out,
	const struct mock_server_options *options, struct mock_error *err)
{
	struct settings settings = {.seed = options->seed};
	struct mock_server *server;
	int rc;

	*out = NULL;
	rc = settings_set(&settings, "latency", options->latency, err);
	if (rc)
		return rc;
	server = calloc(1, sizeof(*server));
	if (!server) {
		settings_release(&settings);
		return mock_error_set(err, -ENOMEM, "out of memory");
	}
	server->listen_fd = -1;
	rc = open_socket(server, options, err);
	if (rc) {
		settings_release(&settings);
		goto out;
	}
	rc = service_init(&server->service, &settings);
	if (rc)
		(void)mock_error_set(
			err, rc, "cannot draw the flags: %s", strerror(-rc));
out:
	if (rc)
		mock_server_close(server);
	else
		*out = server;
	return rc;
}

const char *mock_server_url(const struct mock_server *server)
{
	return server->url;
}

int mock_server_run(struct mock_server *server, int stop_fd)
{
	int rc = loop_open(
		&server->loop, &server->service, server->listen_fd, stop_fd);

	if (rc)
		return rc;
	rc = loop_run(&server->loop);
	loop_close(&server->loop);
	return rc;
}

void mock_server_close(struct mock_server *server)
{
	if (!server)
		return;
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	service_release(&server->service);
	free(server);
}
