/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop on plain sockets, with one request in flight on each. Edge
 * triggered, so that each socket is registered only once.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

enum { EVENTS = 256, BUFFER_SIZE = 1 << 16, BATCH = 64 };

struct epoll_loop {
	struct fr_wires *wires;
	int epoll;
	char buffer[BUFFER_SIZE];
};

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
	return fr_wire_serve(wire, loop->buffer, BUFFER_SIZE, ended)
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
	return rc;
}

static int download_many(struct fr_job *job)
{
	struct epoll_loop *loop = job->priv;
	int rc = 0;

	for (unsigned i = 0; i < job->concurrency && !rc; i++) {
		rc = start(loop, fr_wires_at(loop->wires, i));
		/* The first wires send while others connect. */
		if (!rc && i % BATCH == BATCH - 1)
			rc = turn(loop, (struct timespec){0});
	}
	while (!rc && fr_wires_busy(loop->wires))
		rc = turn(loop, fr_wires_due_in(loop->wires));
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct epoll_loop *loop = job->priv;

	fr_wires_close(loop->wires);
	if (loop->epoll >= 0)
		close(loop->epoll);
	free(loop);
}

static int setup(struct fr_job *job)
{
	struct epoll_loop *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	rc = loop->epoll < 0 ? -errno : 0;
	if (!rc)
		rc = fr_wires_open(&loop->wires, job, job->concurrency);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(epoll) = {
	.abi = FR_STRATEGY_ABI,
	.name = "epoll",
	.summary = "plain sockets without libcurl, edge-triggered epoll",
	.default_concurrency = 20,
	.flags = FR_PLAIN_HTTP | FR_NEEDS_EPOLL_PWAIT2,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
