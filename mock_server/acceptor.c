/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/acceptor.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	ACCEPTS_MAX = 64, /* for one event, so that other sources are served */
	ACCEPT_PAUSE_NS = 10000000,
};
#define DRAIN_NS 5000000000u

/* Returns 0 or -errno. */
static int watch_listeners(struct acceptor *a)
{
	int rc = 0;

	for (int i = 0; i < ACCEPTOR_LISTENERS && !rc; i++)
		if (a->listeners[i].fd >= 0)
			rc = loop_watch(&a->loop, a->listeners[i].fd, EPOLLIN,
				&a->listeners[i].source);
	return rc;
}

static void unwatch_listeners(struct acceptor *a)
{
	for (int i = 0; i < ACCEPTOR_LISTENERS; i++)
		if (a->listeners[i].fd >= 0)
			loop_unwatch(&a->loop, a->listeners[i].fd);
}

static void resume_accepting(struct timer *timer)
{
	struct acceptor *a = container_of(timer, struct acceptor, resume);

	if (!a->stopped)
		(void)watch_listeners(a);
}

/*
 * Leaves clients in the backlog for a moment: as many connections are open as
 * there may be, or the system has no memory for one more. The level-triggered
 * listening sockets would otherwise be ready again at once. The timer may be
 * set already, by the other socket of one wait.
 */
static void pause_accepting(struct acceptor *a)
{
	if (!a->resume.place &&
		!timers_set(&a->loop.timers, &a->resume,
			loop_stamp(&a->loop) + ACCEPT_PAUSE_NS,
			resume_accepting))
		unwatch_listeners(a);
}

/* Returns whether there may be more to accept now. */
static bool accept_one(struct acceptor *a, int listen_fd)
{
	const struct linger at_once = {.l_onoff = 1};
	const int on = 1;
	int fd;

	if (a->connections.count >= a->connections_max) {
		pause_accepting(a);
		return false;
	}
	fd = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM)
			pause_accepting(a);
		/* The rest are failures of one connection: accept(2). */
		return errno == EINTR || errno == ECONNABORTED;
	}
	/* Only a speed-up; a connection without it still works. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connection_open(&a->connections, &a->loop, fd)) {
		/* By a reset, from which the client learns of the refusal. */
		(void)setsockopt(
			fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		(void)close(fd);
	}
	return true;
}

static void listener_ready(struct loop_source *source, uint32_t events)
{
	struct listener *listener =
		container_of(source, struct listener, source);

	(void)events;
	for (int i = 0;
		i < ACCEPTS_MAX && accept_one(listener->acceptor, listener->fd);
		i++)
		;
}

static void give_up(struct timer *timer)
{
	container_of(timer, struct acceptor, give_up)->loop.done = true;
}

/* The server is to stop: refuses clients, and drains the connections. */
static void stop_ready(struct loop_source *source, uint32_t events)
{
	struct acceptor *a = container_of(source, struct acceptor, stop_source);

	(void)events;
	loop_unwatch(&a->loop, a->stop_fd);
	if (!a->resume.place)
		unwatch_listeners(a);
	/* Clients are refused from now on, not left in the backlog: tcp(7). */
	for (int i = 0; i < ACCEPTOR_LISTENERS; i++)
		if (a->listeners[i].fd >= 0)
			(void)shutdown(a->listeners[i].fd, SHUT_RD);
	a->stopped = true;
	connections_drain(&a->connections);
	a->loop.rc = timers_set(&a->loop.timers, &a->give_up,
		loop_stamp(&a->loop) + DRAIN_NS, give_up);
}

static void before_wait(struct loop *loop)
{
	struct acceptor *a = container_of(loop, struct acceptor, loop);

	connections_free_closed(&a->connections);
	if (a->stopped && !a->connections.count)
		loop->done = true;
}

int acceptor_open(struct acceptor *a, struct service *service,
	struct control *control, const int listen_fds[ACCEPTOR_LISTENERS],
	int stop_fd, size_t connections_max)
{
	int rc;

	memset(a, 0, sizeof(*a));
	for (int i = 0; i < ACCEPTOR_LISTENERS; i++)
		a->listeners[i] = (struct listener){
			.source.ready = listener_ready,
			.acceptor = a,
			.fd = listen_fds[i],
		};
	a->stop_source.ready = stop_ready;
	a->stop_fd = stop_fd;
	a->connections_max = connections_max;
	rc = loop_open(&a->loop, service, control);
	a->loop.before_wait = before_wait;
	if (!rc)
		rc = watch_listeners(a);
	if (!rc)
		rc = loop_watch(&a->loop, stop_fd, EPOLLIN, &a->stop_source);
	if (rc)
		acceptor_close(a);
	return rc;
}

void acceptor_close(struct acceptor *a)
{
	connections_close(&a->connections);
	connections_free_closed(&a->connections);
	loop_close(&a->loop);
}
