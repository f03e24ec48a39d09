/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens the listening sockets and puts the parts of a server together. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/acceptor.h"
#include "mock_server/access_log.h"
#include "mock_server/content.h"
#include "mock_server/control.h"
#include "mock_server/error.h"
#include "mock_server/mock_server.h"
#include "mock_server/received.h"
#include "mock_server/service.h"
#include "mock_server/tls.h"

enum {
	BACKLOG = 65535, /* the kernel cuts it to net.core.somaxconn */
	/*
	 * Left for other files of the process. Fewer than the 64 that the
	 * harness allows for, because its own connection is served, too.
	 */
	DESCRIPTORS_KEPT = 56,
};

/* An event loop and the thread that runs it. */
struct loop_thread {
	struct acceptor acceptor;
	pthread_t thread;
	int listen_fd;
	int rc;                /* of loop_run */
	pthread_mutex_t *gate; /* held until every thread has been started */
	const bool *cancelled; /* one could not be; guarded by the gate */
};

struct mock_server {
	struct service service;
	struct control control;
	struct loop_thread *threads;
	unsigned threads_count;
	int root_fd;
	int shared_fd; /* listen_fd of the options, of all loops; or -1 */
	struct access_log *log;
	struct tls *tls; /* NULL: plain HTTP only */
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
		"host '%.100s': %s; expected an address of this host "
		"such as 127.0.0.1",
		options->host, gai_strerror(rc));
}

/* Sets what the sockets accepted from this listening one inherit. */
static void prepare_listener(int fd)
{
	/*
	 * BBR, the default of some systems, spreads segments over time, and
	 * delays would not be exact. Reno is always available: tcp(7).
	 */
	(void)setsockopt(
		fd, IPPROTO_TCP, TCP_CONGESTION, "reno", strlen("reno"));
	received_stamps(fd);
}

/* `shared`: several sockets listen, among which the kernel spreads clients. */
static int bind_and_listen(
	int *out, const struct sockaddr *address, socklen_t length, bool shared)
{
	const int on = 1, share = shared;
	int fd = socket(address->sa_family,
		SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	prepare_listener(fd);
	/* A server may use the port of one that has just ended: socket(7). */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
		setsockopt(
			fd, SOL_SOCKET, SO_REUSEPORT, &share, sizeof(share)) ||
		bind(fd, address, length) || listen(fd, BACKLOG)) {
		int rc = -errno;

		(void)close(fd);
		return rc;
	}
	*out = fd;
	return 0;
}

/*
 * Opens a socket for each thread. The first one binds the port without sharing
 * it, which fails if another server with several threads listens there.
 */
static int listen_all(struct mock_server *server, const struct addrinfo *where)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	int *first = &server->threads[0].listen_fd;
	int rc = bind_and_listen(
		first, where->ai_addr, where->ai_addrlen, false);

	if (rc || server->threads_count == 1)
		return rc;
	if (getsockname(*first, (struct sockaddr *)&address, &length))
		return -errno;
	(void)close(*first);
	*first = -1;
	for (unsigned i = 0; i < server->threads_count && !rc; i++)
		rc = bind_and_listen(&server->threads[i].listen_fd,
			(struct sockaddr *)&address, length, true);
	return rc;
}

static int name_url(struct mock_server *server)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	char host[NI_MAXHOST], port[8];

	if (getsockname(server->threads[0].listen_fd,
		    (struct sockaddr *)&address, &length))
		return -errno;
	if (getnameinfo((struct sockaddr *)&address, length, host, sizeof(host),
		    port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV))
		return -EINVAL;
	(void)snprintf(server->url, sizeof(server->url),
		strchr(host, ':') ? "http://[%s]:%s" : "http://%s:%s", host,
		port);
	return 0;
}

/* Takes the listening socket that was made elsewhere. */
static int take_listener(
	struct mock_server *server, int fd, struct mock_error *err)
{
	socklen_t length = sizeof(int);
	int listens = 0, flags;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) ||
		!listens)
		return mock_error_set(err, -EINVAL,
			"listen-fd '%d': not a socket that listens", fd);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return mock_error_set(
			err, -errno, "listen-fd '%d': %s", fd, strerror(errno));
	prepare_listener(fd);
	server->shared_fd = fd;
	return 0;
}

static int open_sockets(struct mock_server *server,
	const struct mock_server_options *options, struct mock_error *err)
{
	struct addrinfo *address;
	int rc = resolve(options, &address, err);

	if (rc)
		return rc;
	rc = listen_all(server, address);
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
	return options->listen_fd > 0
		? take_listener(server, options->listen_fd, err)
		: 0;
}

static int open_files(struct mock_server *server,
	const struct mock_server_options *options, struct mock_error *err)
{
	int rc;

	if (options->root) {
		server->root_fd =
			open(options->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (server->root_fd < 0)
			return mock_error_set(err, -EINVAL,
				"root '%.200s': %s; expected a folder",
				options->root, strerror(errno));
	}
	if (options->access_log) {
		rc = access_log_open(&server->log, options->access_log);
		if (rc)
			return mock_error_set(err, -EINVAL,
				"access-log '%.200s': %s; expected a "
				"file to append to, or -",
				options->access_log, strerror(-rc));
	}
	return 0;
}

/* Takes *settings over. */
static int open_service(struct mock_server *server, struct settings *settings,
	struct mock_error *err)
{
	struct content *content;
	int rc = content_create(&content, server->root_fd, settings->payload);

	if (rc) {
		settings_release(settings);
		if (rc == -EINVAL)
			return mock_error_set(
				err, rc, "%s", content_no_payload);
		return mock_error_set(
			err, rc, "cannot draw the flags: %s", strerror(-rc));
	}
	rc = content_change(&content, settings->payload, settings->nonce);
	if (rc) {
		content_drop(content);
		settings_release(settings);
		return mock_error_set(err, rc, "out of memory");
	}
	rc = service_init(&server->service, settings, content, server->log);
	content_drop(content);
	if (rc)
		return mock_error_set(err, rc, "out of memory");
	control_init(&server->control, &server->service);
	return 0;
}

/* Sets which requests under /_flagrace/ are answered, and what they may set. */
static int set_guard(struct mock_server *server,
	const struct mock_server_options *options, struct mock_error *err)
{
	struct guard *guard = &server->control.guard;
	const char *token = options->token ? options->token : "";
	bool good = strlen(token) <= GUARD_TOKEN_MAX &&
		(!options->token || token[0]);

	for (const char *c = token; good && *c; c++)
		good = *c > ' ' && *c <= '~';
	if (!good)
		return mock_error_set(err, -EINVAL,
			"token: expected 1 to %d printable characters",
			GUARD_TOKEN_MAX);
	(void)snprintf(guard->token, sizeof(guard->token), "%s", token);
	(void)snprintf(guard->host, sizeof(guard->host), "%s", options->host);
	server->control.traces = options->traces;
	return 0;
}

static int make_server(struct mock_server **out, unsigned workers)
{
	struct mock_server *server = calloc(1, sizeof(*server));

	*out = server;
	if (!server)
		return -ENOMEM;
	server->root_fd = -1;
	server->shared_fd = -1;
	server->threads = calloc(workers, sizeof(*server->threads));
	if (!server->threads)
		return -ENOMEM;
	server->threads_count = workers;
	for (unsigned i = 0; i < workers; i++)
		server->threads[i].listen_fd = -1;
	return 0;
}

int mock_server_open(struct mock_server **out,
	const struct mock_server_options *options, struct mock_error *err)
{
	struct mock_server *server = NULL;
	struct settings settings;
	int rc;

	*out = NULL;
	if (!options->workers || options->workers > MOCK_WORKERS_MAX)
		return mock_error_set(err, -EINVAL, "workers: expected 1 to %d",
			MOCK_WORKERS_MAX);
	if (make_server(&server, options->workers)) {
		rc = mock_error_set(err, -ENOMEM, "out of memory");
		goto out;
	}
	rc = open_files(server, options, err);
	if (!rc)
		rc = settings_read(&settings, options->settings,
			options->settings_count, err);
	if (!rc)
		rc = open_service(server, &settings, err);
	if (!rc)
		rc = set_guard(server, options, err);
	if (!rc && options->tls)
		rc = tls_create(&server->tls, options->host,
			options->certificate, options->key, err);
	server->control.tls = server->tls;
	if (!rc)
		rc = open_sockets(server, options, err);
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

const char *mock_server_authority(
	const struct mock_server *server, size_t *length)
{
	*length = server->tls ? server->tls->authority_length : 0;
	return server->tls ? server->tls->authority : NULL;
}

/* How many connections each loop may have open. */
static size_t connections_limit(unsigned loops)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) ||
		files.rlim_cur < 2 * DESCRIPTORS_KEPT)
		return DESCRIPTORS_KEPT / loops + 1;
	return (files.rlim_cur - DESCRIPTORS_KEPT) / loops;
}

static void *run_thread(void *arg)
{
	struct loop_thread *thread = arg;
	bool cancelled;

	(void)pthread_mutex_lock(thread->gate);
	cancelled = *thread->cancelled;
	(void)pthread_mutex_unlock(thread->gate);
	thread->rc = cancelled ? 0 : loop_run(&thread->acceptor.loop);
	return NULL;
}

/* Runs the first loop here and the others in threads: all of them, or none. */
static int run_threads(struct mock_server *server)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	bool cancelled = false;
	unsigned started = 0;
	int rc = 0;

	(void)pthread_mutex_lock(&gate);
	for (unsigned i = 0; i < server->threads_count && !rc; i++) {
		struct loop_thread *thread = &server->threads[i];

		thread->gate = &gate;
		thread->cancelled = &cancelled;
		if (i)
			rc = -pthread_create(
				&thread->thread, NULL, run_thread, thread);
		started += i && !rc;
	}
	cancelled = rc != 0;
	(void)pthread_mutex_unlock(&gate);
	(void)run_thread(&server->threads[0]);
	for (unsigned i = 1; i <= started; i++)
		(void)pthread_join(server->threads[i].thread, NULL);
	for (unsigned i = 0; i < server->threads_count && !rc; i++)
		rc = server->threads[i].rc;
	return rc;
}

int mock_server_run(struct mock_server *server, int stop_fd)
{
	size_t limit = connections_limit(server->threads_count);
	int rc = 0;

	for (unsigned i = 0; i < server->threads_count && !rc; i++) {
		struct loop_thread *thread = &server->threads[i];
		const int fds[ACCEPTOR_LISTENERS] = {
			thread->listen_fd, server->shared_fd};

		rc = acceptor_open(&thread->acceptor, &server->service,
			&server->control, fds, stop_fd, limit);
		thread->acceptor.loop.tls = server->tls;
	}
	if (!rc)
		rc = run_threads(server);
	for (unsigned i = 0; i < server->threads_count; i++)
		acceptor_close(&server->threads[i].acceptor);
	return rc;
}

void mock_server_close(struct mock_server *server)
{
	if (!server)
		return;
	for (unsigned i = 0; i < server->threads_count; i++)
		if (server->threads[i].listen_fd >= 0)
			(void)close(server->threads[i].listen_fd);
	control_release(&server->control);
	service_release(&server->service);
	access_log_close(server->log);
	tls_free(server->tls);
	if (server->root_fd >= 0)
		(void)close(server->root_fd);
	free(server->threads);
	free(server);
}
