/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strategies/epoll-loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256, BATCH = 64 };

/* Gives a wire the next item, if there is one, and a socket for it. */
static int start(struct epoll_loop *loop, struct fr_wire *wire)
{
	struct epoll_event event = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = wire,
	};

	while (fr_wire_fill(wire)) {
		int fd = fr_wire_connect(wire);

		if (fd >= 0)
			return epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event)
				? -errno
				: 0;
	}
	return 0;
}

static int serve(struct epoll_loop *loop, struct fr_wire *wire, bool ended)
{
	return fr_wire_serve(wire, loop->buffer, EPOLL_LOOP_BUFFER, ended)
		? 0
		: start(loop, wire);
}

/* Waits once, for `left`; serves wires with an event, due or overdue items. */
static int turn(struct epoll_loop *loop, struct timespec left)
{
	struct epoll_event events[EVENTS];
	struct fr_wire *wire;
	int n = epoll_pwait2(loop->epoll, events, EVENTS, &left, NULL);
	int rc = n < 0 && errno != EINTR ? -errno : 0;

	for (int i = 0; i < n && !rc; i++)
		rc = serve(loop, events[i].data.ptr,
			events[i].events & EPOLLRDHUP);
	while (!rc && (wire = fr_wires_ready(loop->wires)))
		rc = serve(loop, wire, false);
	while (!rc && (wire = fr_wires_overdue(loop->wires)))
		rc = start(loop, wire);
	if (!rc && loop->handled)
		rc = loop->handled(loop->handled_arg);
	return rc;
}

int epoll_loop_run(struct epoll_loop *loop)
{
	int rc = 0;

	for (unsigned i = 0; i < loop->job->concurrency && !rc; i++) {
		rc = start(loop, fr_wires_at(loop->wires, i));
		/* The first wires send while others connect. */
		if (!rc && i % BATCH == BATCH - 1)
			rc = turn(loop, (struct timespec){0});
	}
	while (!rc && fr_wires_busy(loop->wires))
		rc = turn(loop, fr_wires_due_in(loop->wires));
	return rc;
}

int epoll_loop_open(struct epoll_loop *loop, struct fr_job *job)
{
	loop->job = job;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return -errno;
	return fr_wires_open(&loop->wires, job, job->concurrency);
}

void epoll_loop_close(struct epoll_loop *loop)
{
	fr_wires_close(loop->wires);
	if (loop->epoll >= 0)
		close(loop->epoll);
}
