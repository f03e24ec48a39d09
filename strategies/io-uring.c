/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop of completions (io_uring(7)). One operation receives everything
 * of a connection, into buffers that the kernel picks.
 */
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

enum { BUFFERS = 128, BUFFER_SIZE = 4096, PAGE = 4096, BATCH = 64 };
/* The most entries of a ring, and of one turn for each connection. */
enum { RING_MAX = 32768, PER_TURN = 3 };
enum operation { CONNECT, SEND, RECEIVE, OPERATIONS };

struct ring_connection {
	struct fr_wire *wire;
	int fd;           /* -1: none */
	bool over;        /* shut down; waits for the pending operations */
	unsigned pending; /* operations */
};

struct ring_loop {
	_Alignas(PAGE) struct io_uring_buf offered[BUFFERS];
	char buffers[BUFFERS][BUFFER_SIZE];
	struct io_uring ring;
	struct fr_wires *wires;
	int error; /* the first, of the ring itself */
	struct ring_connection connections[]; /* job->concurrency */
};

static void offer_buffer(struct ring_loop *loop, unsigned id)
{
	io_uring_buf_ring_add((void *)loop->offered, loop->buffers[id],
		BUFFER_SIZE, (unsigned short)id,
		io_uring_buf_ring_mask(BUFFERS), 0);
	io_uring_buf_ring_advance((void *)loop->offered, 1);
}

/* The next free entry. Submits a full ring, which frees its entries. */
static struct io_uring_sqe *next_entry(struct ring_loop *loop)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&loop->ring);
	int rc = sqe ? 0 : io_uring_submit(&loop->ring);

	if (!sqe)
		sqe = io_uring_get_sqe(&loop->ring);
	if (!sqe)
		loop->error = rc < 0 ? rc : -EBUSY;
	return sqe;
}

/* Queues an operation; without an entry, the turn ends with loop->error. */
static void queue(struct ring_loop *loop, struct ring_connection *c,
	enum operation operation)
{
	struct io_uring_sqe *sqe = next_entry(loop);
	const void *bytes;
	socklen_t size;
	size_t length;

	if (!sqe)
		return;
	if (operation == CONNECT) {
		bytes = fr_wires_address(loop->wires, &size);
		io_uring_prep_connect(sqe, c->fd, bytes, size);
	} else if (operation == SEND) {
		/* The kernel sends all of it, or the operation fails. */
		bytes = fr_wire_request(c->wire, &length);
		io_uring_prep_send(
			sqe, c->fd, bytes, length, MSG_WAITALL | MSG_NOSIGNAL);
		fr_wire_sent(c->wire, length);
	} else {
		io_uring_prep_recv_multishot(sqe, c->fd, NULL, 0, 0);
		sqe->flags |= IOSQE_BUFFER_SELECT;
	}
	sqe->user_data = (uint64_t)(c - loop->connections) * OPERATIONS +
		(uint64_t)operation;
	c->pending++;
}

/* Gives a connection the next item, if there is one, and a socket for it. */
static void start(struct ring_loop *loop, struct ring_connection *c)
{
	socklen_t length;
	int family = fr_wires_address(loop->wires, &length)->sa_family;

	if (c->fd >= 0)
		close(c->fd);
	*c = (struct ring_connection){.wire = c->wire, .fd = -1};
	while (c->fd < 0 && fr_wire_fill(c->wire)) {
		c->fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (c->fd < 0)
			fr_wire_lost(c->wire, -errno);
		else
			queue(loop, c, CONNECT);
	}
}

static void hang_up(struct ring_connection *c)
{
	c->over = true;
	shutdown(c->fd, SHUT_RDWR);
}

/* Tells the wire what has come. False: the connection is over. */
static bool take(struct ring_loop *loop, struct ring_connection *c,
	enum operation operation, const struct io_uring_cqe *cqe)
{
	if (operation == RECEIVE && cqe->res > 0) {
		unsigned id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
		bool open = fr_wire_received(
			c->wire, loop->buffers[id], (size_t)cqe->res);

		offer_buffer(loop, id);
		return open;
	}
	/* No buffer was free: the next receive gets the bytes. */
	if (cqe->res == -ENOBUFS)
		return true;
	if (operation == RECEIVE || cqe->res < 0) {
		fr_wire_lost(c->wire, cqe->res);
		return false;
	}
	if (operation == CONNECT && !c->over)
		fr_wire_connected(c->wire);
	return true;
}

/* Takes the next items, on a new connection if this one is over. */
static void proceed(struct ring_loop *loop, struct ring_connection *c)
{
	size_t length = 0;

	if (c->over ? !c->pending : c->fd < 0)
		start(loop, c);
	else if (!c->over && fr_wire_fill(c->wire))
		fr_wire_request(c->wire, &length);
	if (length)
		queue(loop, c, SEND);
}

static void complete(struct ring_loop *loop, const struct io_uring_cqe *cqe)
{
	struct ring_connection *c =
		&loop->connections[cqe->user_data / OPERATIONS];
	enum operation operation = cqe->user_data % OPERATIONS;
	bool last = !(cqe->flags & IORING_CQE_F_MORE);

	c->pending -= last;
	if (!take(loop, c, operation, cqe) && !c->over)
		hang_up(c);
	if (!c->over && last && operation != SEND)
		queue(loop, c, RECEIVE);
	proceed(loop, c);
}

/* Submits, waits for `left`; handles completions, due and overdue items. */
static int turn(struct ring_loop *loop, struct timespec left)
{
	struct __kernel_timespec wait = {left.tv_sec, left.tv_nsec};
	struct io_uring_cqe *cqe;
	struct fr_wire *wire;
	unsigned head, count = 0;
	int rc = io_uring_submit_and_wait_timeout(
		&loop->ring, &cqe, 1, &wait, NULL);

	if (rc < 0 && rc != -ETIME && rc != -EINTR)
		return rc;
	io_uring_for_each_cqe(&loop->ring, head, cqe)
	{
		complete(loop, cqe);
		count++;
	}
	io_uring_cq_advance(&loop->ring, count);
	while ((wire = fr_wires_ready(loop->wires)))
		proceed(loop, &loop->connections[fr_wire_index(wire)]);
	while ((wire = fr_wires_overdue(loop->wires)))
		hang_up(&loop->connections[fr_wire_index(wire)]);
	return loop->error;
}

static int download_many(struct fr_job *job)
{
	struct ring_loop *loop = job->priv;
	int rc = 0;

	for (unsigned i = 0; i < job->concurrency && !rc; i++) {
		start(loop, &loop->connections[i]);
		/* The first connections send while others connect. */
		rc = i % BATCH == BATCH - 1 ? turn(loop, (struct timespec){0})
					    : loop->error;
	}
	while (!rc && fr_wires_busy(loop->wires))
		rc = turn(loop, fr_wires_due_in(loop->wires));
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct ring_loop *loop = job->priv;

	if (loop->ring.ring_fd >= 0)
		io_uring_queue_exit(&loop->ring);
	for (unsigned i = 0; loop->wires && i < job->concurrency; i++)
		if (loop->connections[i].fd >= 0)
			close(loop->connections[i].fd);
	fr_wires_close(loop->wires);
	free(loop);
}

static int open_ring(struct ring_loop *loop, unsigned concurrency)
{
	struct io_uring_params params = {
		.flags = IORING_SETUP_SINGLE_ISSUER |
			IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL,
	};
	struct io_uring_buf_reg offered = {
		.ring_addr = (uintptr_t)loop->offered, .ring_entries = BUFFERS};
	int rc = io_uring_queue_init_params(
		PER_TURN * concurrency, &loop->ring, &params);

	if (rc) {
		loop->ring.ring_fd = -1;
		return rc;
	}
	rc = io_uring_register_buf_ring(&loop->ring, &offered, 0);
	for (unsigned id = 0; id < BUFFERS && !rc; id++)
		offer_buffer(loop, id);
	return rc;
}

static int setup(struct fr_job *job)
{
	size_t size = sizeof(struct ring_loop) +
		job->concurrency * sizeof(struct ring_connection);
	struct ring_loop *loop =
		aligned_alloc(PAGE, (size + PAGE - 1) / PAGE * PAGE);
	int rc;

	if (!loop)
		return -ENOMEM;
	memset(loop, 0, size);
	job->priv = loop;
	loop->ring.ring_fd = -1;
	rc = fr_wires_open(&loop->wires, job, job->concurrency);
	for (unsigned i = 0; i < job->concurrency && !rc; i++)
		loop->connections[i] = (struct ring_connection){
			.wire = fr_wires_at(loop->wires, i), .fd = -1};
	rc = rc ? rc : open_ring(loop, job->concurrency);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(io_uring) = {
	.abi = FR_STRATEGY_ABI,
	.name = "io-uring",
	.summary = "plain sockets without libcurl, completions by io_uring",
	.default_concurrency = 20,
	.flags = FR_PLAIN_HTTP | FR_NEEDS_IO_URING,
	.max_concurrency = RING_MAX / PER_TURN,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
