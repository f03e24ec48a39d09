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

static void resume_accepting(struct timer *timer)
{
	struct acceptor *a = container_of(timer, struct acceptor, resume);

	if (a->listen_fd >= 0)
		(void)loop_watch(
			&a->loop, a->listen_fd, EPOLLIN, &a->listen_source);
}

/*
 * Leaves clients in the backlog for a moment: as many connections are open as
 * there may be, or the system has no memory for one more. The level-triggered
 * listening socket would otherwise be ready again at once.
 */
static void pause_accepting(struct acceptor *a)
{
	if (!timers_set(&a->loop.timers, &a->resume,
		    loop_stamp(&a->loop) + ACCEPT_PAUSE_NS, resume_accepting))
		loop_unwatch(&a->loop, a->listen_fd);
}

/* Returns whether there may be more to accept now. */
static bool accept_one(struct acceptor *a)
{
	const struct linger at_once = {.l_onoff = 1};
	const int on = 1;
	int fd;

	if (a->connections.count >= a->connections_max) {
		pause_accepting(a);
		return false;
	}
	fd = accept4(a->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
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
	struct acceptor *a =
		container_of(source, struct acceptor, listen_source);

	(void)events;
	for (int i = 0; i < ACCEPTS_MAX && accept_one(a); i++)
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
		loop_unwatch(&a->loop, a->listen_fd);
	/* Clients are refused from now on, not left in the backlog: tcp(7). */
	(void)shutdown(a->listen_fd, SHUT_RD);
	a->listen_fd = -1;
	connections_drain(&a->connections);
	a->loop.rc = timers_set(&a->loop.timers, &a->give_up,
		loop_stamp(&a->loop) + DRAIN_NS, give_up);
}

static void before_wait(struct loop *loop)
{
	struct acceptor *a = container_of(loop, struct acceptor, loop);

	connections_free_closed(&a->connections);
	if (a->listen_fd < 0 && !a->connections.count)
		loop->done = true;
}

int acceptor_open(struct acceptor *a, struct service *service,
	struct control *control, int listen_fd, int stop_fd,
	size_t connections_max)
{
	int rc;

	memset(a, 0, sizeof(*a));
	a->listen_source.ready = listener_ready;
	a->stop_source.ready = stop_ready;
	a->listen_fd = listen_fd;
	a->stop_fd = stop_fd;
	a->connections_max = connections_max;
	rc = loop_open(&a->loop, service, control);
	a->loop.before_wait = before_wait;
	if (!rc)
		rc = loop_watch(
			&a->loop, listen_fd, EPOLLIN, &a->listen_source);
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
