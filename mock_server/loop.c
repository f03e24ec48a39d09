/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "mock_server/clock.h"
#include "mock_server/connection.h"
#include "mock_server/conversation.h"
#include "mock_server/container_of.h"
#include "mock_server/sched.h"
#include "mock_server/replies.h"
#include "mock_server/service.h"
#include "mock_server/capacity.h"

enum {
	EVENTS_MAX = 64,
	ACCEPTS_MAX = 64, /* at a time, so that others have their turn */
	ACCEPT_PAUSE_NS = 10000000,
};
#define DRAIN_NS          5000000000u
#define CONNECTION_EVENTS (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)

static int watch(struct loop *loop, int fd, uint32_t events, void *who)
{
	struct epoll_event event = {.events = events, .data.ptr = who};

	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno
								    : 0;
}

int loop_open(struct loop *loop, struct service *service, int listen_fd,
	int stop_fd, size_t connections_max)
{
	int rc;

	memset(loop, 0, sizeof(*loop));
	timers_init(&loop->timers);
	loop->service = service;
	loop->listen_fd = listen_fd;
	loop->stop_fd = stop_fd;
	loop->armed_ns = UINT64_MAX;
	loop->connections_max = connections_max;
	loop->timer_fd = loop->mailbox.wake_fd = -1;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd >= 0)
		loop->timer_fd = timerfd_create(
			CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (loop->timer_fd >= 0)
		loop->mailbox.wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	rc = loop->mailbox.wake_fd < 0 ? -errno : 0;
	/* Edge-triggered: each setting or writing tells, so none is read. */
	if (!rc)
		rc = watch(loop, loop->timer_fd, EPOLLIN | EPOLLET,
			&loop->timer_fd);
	if (!rc)
		rc = watch(loop, loop->mailbox.wake_fd, EPOLLIN | EPOLLET,
			&loop->mailbox);
	if (!rc)
		rc = watch(loop, listen_fd, EPOLLIN, &loop->listen_fd);
	if (!rc)
		rc = watch(loop, stop_fd, EPOLLIN, &loop->stop_fd);
	if (rc)
		loop_close(loop);
	return rc;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

void loop_close(struct loop *loop)
{
	if (!loop->service)
		return;
	while (loop->connections)
		connection_close(loop->connections);
	connections_free_closed(loop);
	spare_replies_free(loop);
	timers_release(&loop->timers);
	close_fd(loop->mailbox.wake_fd);
	close_fd(loop->timer_fd);
	close_fd(loop->epoll_fd);
	loop->service = NULL;
}

uint64_t loop_stamp(struct loop *loop)
{
	return loop->now_ns = clock_now_ns();
}

/* Once a second is enough: a Date has no fractions. */
static void update_date(struct loop *loop)
{
	struct timespec now;
	struct tm utc;

	(void)clock_gettime(CLOCK_REALTIME_COARSE, &now);
	if (now.tv_sec == loop->date_s)
		return;
	loop->date_s = now.tv_sec;
	(void)gmtime_r(&now.tv_sec, &utc);
	(void)strftime(loop->date, sizeof(loop->date),
		"Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &utc);
}

static void accept_again(struct timer *timer)
{
	struct loop *loop = container_of(timer, struct loop, accept_again);

	if (loop->listen_fd >= 0)
		(void)watch(loop, loop->listen_fd, EPOLLIN, &loop->listen_fd);
}

/*
 * Leaves clients in the backlog for a moment: there are as many connections as
 * there may be, or the system has no room for one more. A level-triggered
 * listener would otherwise spin.
 */
static void pause_accepting(struct loop *loop)
{
	if (!timers_set(&loop->timers, &loop->accept_again,
		    loop_stamp(loop) + ACCEPT_PAUSE_NS, accept_again))
		(void)epoll_ctl(
			loop->epoll_fd, EPOLL_CTL_DEL, loop->listen_fd, NULL);
}

/* Returns whether there may be more to accept now. */
static bool accept_one(struct loop *loop)
{
	const struct linger at_once = {.l_onoff = 1};
	const int on = 1;
	struct connection *connection;
	int fd, rc;

	if (loop->connections_open >= loop->connections_max) {
		pause_accepting(loop);
		return false;
	}
	fd = accept4(loop->listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM)
			pause_accepting(loop);
		/* The rest are failures of one connection: accept(2). */
		return errno == EINTR || errno == ECONNABORTED;
	}
	/* Only a speed-up; a connection without it still works. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	rc = connection_open(&connection, loop, fd);
	if (rc) {
		/* Closed without an end of input: the client is told it. */
		(void)setsockopt(
			fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		(void)close(fd);
	} else if (watch(loop, fd, CONNECTION_EVENTS, connection)) {
		connection_close(connection);
	}
	return true;
}

static void give_up(struct timer *timer)
{
	container_of(timer, struct loop, give_up)->done = true;
}

static int start_draining(struct loop *loop)
{
	struct connection *next;

	(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, loop->stop_fd, NULL);
	if (!loop->accept_again.place)
		(void)epoll_ctl(
			loop->epoll_fd, EPOLL_CTL_DEL, loop->listen_fd, NULL);
	/* Clients are refused from now on, not left in the backlog: tcp(7). */
	(void)shutdown(loop->listen_fd, SHUT_RD);
	loop->listen_fd = -1;
	for (struct connection *c = loop->connections; c; c = next) {
		next = connection_next(c);
		conversation_drain(c);
	}
	return timers_set(&loop->timers, &loop->give_up,
		loop_stamp(loop) + DRAIN_NS, give_up);
}

static int handle(struct loop *loop, const struct epoll_event *event)
{
	void *who = event->data.ptr;

	if (who == &loop->timer_fd) {
		loop->armed_ns = UINT64_MAX;
		(void)loop_stamp(loop);
	} else if (who == &loop->mailbox) {
		mailbox_deliver(loop->service, &loop->mailbox);
	} else if (who == &loop->stop_fd) {
		return start_draining(loop);
	} else if (who == &loop->listen_fd) {
		for (int i = 0; i < ACCEPTS_MAX && accept_one(loop); i++)
			;
	} else {
		connection_ready(who, event->events);
	}
	/* A long batch of events must not make what is due late. */
	timers_expire(&loop->timers, loop->now_ns);
	return 0;
}

/* Sets timer_fd to the next deadline, unless it will wake us earlier. */
static int arm(struct loop *loop)
{
	uint64_t next = timers_next(&loop->timers);
	struct itimerspec at = {0};

	if (next >= loop->armed_ns)
		return 0;
	loop->armed_ns = next;
	at.it_value.tv_sec = (time_t)(next / 1000000000u);
	at.it_value.tv_nsec = (long)(next % 1000000000u);
	return timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &at, NULL)
		? -errno
		: 0;
}

void loop_come_back(struct loop *loop, int fd, void *who)
{
	struct epoll_event event = {
		.events = CONNECTION_EVENTS, .data.ptr = who};

	(void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

int loop_run(struct loop *loop)
{
	struct epoll_event events[EVENTS_MAX];
	int rc;

	sched_wake_promptly();
	for (;;) {
		int n;

		timers_expire(&loop->timers, loop_stamp(loop));
		connections_free_closed(loop);
		if (loop->done || (loop->listen_fd < 0 && !loop->connections))
			return 0;
		rc = arm(loop);
		if (rc)
			return rc;
		n = epoll_wait(loop->epoll_fd, events, EVENTS_MAX, -1);
		if (n < 0 && errno != EINTR)
			return -errno;
		update_date(loop);
		for (int i = 0; i < n; i++) {
			rc = handle(loop, &events[i]);
			if (rc)
				return rc;
		}
	}
}
