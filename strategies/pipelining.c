/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Few connections, with several requests in flight on each. HTTP/1.1 allows a
 * client to send a request before it has the answer to the last one, and the
 * server answers in the order of the requests. So a slow answer delays those
 * after it; connections and system calls are saved.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

enum { DEPTH = 8, BUFFER_SIZE = 1 << 16 };

struct pipelining_loop {
	struct fr_wires *wires;
	unsigned count;
	char buffer[BUFFER_SIZE];
	struct pollfd sockets[]; /* count, one for each wire */
};

/* Gives a wire the next items, if there are any, and a socket for them. */
static void start(struct pipelining_loop *loop, unsigned i)
{
	struct fr_wire *wire = fr_wires_at(loop->wires, i);

	loop->sockets[i] = (struct pollfd){.fd = -1, .events = POLLIN};
	while (loop->sockets[i].fd < 0 && fr_wire_fill(wire))
		loop->sockets[i].fd = fr_wire_connect(wire);
}

static void serve(struct pipelining_loop *loop, unsigned i)
{
	if (!fr_wire_serve(fr_wires_at(loop->wires, i), loop->buffer,
		    BUFFER_SIZE, false))
		start(loop, i);
}

/* Waits once; serves wires with an event, due or overdue items. */
static int turn(struct pipelining_loop *loop)
{
	struct timespec left = fr_wires_due_in(loop->wires);
	struct fr_wire *wire;
	size_t unsent;

	for (unsigned i = 0; i < loop->count; i++) {
		fr_wire_request(fr_wires_at(loop->wires, i), &unsent);
		loop->sockets[i].events = unsent ? POLLIN | POLLOUT : POLLIN;
	}
	if (ppoll(loop->sockets, loop->count, &left, NULL) < 0 &&
		errno != EINTR)
		return -errno;
	for (unsigned i = 0; i < loop->count; i++)
		if (loop->sockets[i].revents)
			serve(loop, i);
	while ((wire = fr_wires_ready(loop->wires)))
		serve(loop, fr_wire_index(wire));
	while ((wire = fr_wires_overdue(loop->wires)))
		start(loop, fr_wire_index(wire));
	return 0;
}

static int download_many(struct fr_job *job)
{
	struct pipelining_loop *loop = job->priv;
	int rc = 0;

	for (unsigned i = 0; i < loop->count; i++)
		start(loop, i);
	while (!rc && fr_wires_busy(loop->wires))
		rc = turn(loop);
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct pipelining_loop *loop = job->priv;

	fr_wires_close(loop->wires);
	free(loop);
}

static int setup(struct fr_job *job)
{
	/* A connection that serves one request has nothing to pipeline. */
	unsigned depth = job->http->fresh_connections ? 1 : DEPTH;
	unsigned count = (job->concurrency + depth - 1) / depth;
	struct pipelining_loop *loop =
		calloc(1, sizeof(*loop) + count * sizeof(struct pollfd));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->count = count;
	rc = fr_wires_open(&loop->wires, job, count);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(pipelining) = {
	.abi = FR_STRATEGY_ABI,
	.name = "pipelining",
	.summary = "several requests in flight on each plain socket",
	.default_concurrency = 20,
	.flags = FR_PLAIN_HTTP,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
