/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop of completions (io_uring(7)): one request receives all that
 * ever comes on a connection, into buffers that the kernel picks, and what is
 * to be sent goes out in batches, with the system call that waits.
 */
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

#include <flagrace/strategy.h>
#include <flagrace/wire.h>

/* A turn queues at most three operations for a connection. */
enum { BUFFERS = 128, BUFFER_SIZE = 4096, RING_MAX = 32768, PER_TURN = 3 };
enum operation { CONNECT, SEND, RECEIVE, OPERATIONS };

struct connection {
	struct fr_wire *wire;
	int fd;           /* -1: none */
	bool over;        /* it is shut, and waits for what is pending */
	unsigned pending; /* operations */
};

struct loop {
	struct fr_wires *wires;
	struct io_uring ring;
	struct io_uring_buf_ring *buffers;
	char (*memory)[BUFFER_SIZE];     /* BUFFERS of them */
	struct connection connections[]; /* job->concurrency */
};

static void submit(
	struct loop *loop, struct connection *c, enum operation operation)
{
	struct io_uring_sqe *sqe = io_uring_get_sqe(&loop->ring);
	const void *bytes;
	socklen_t size;
	size_t length;

	if (operation == CONNECT) {
		bytes = fr_wires_address(loop->wires, &size);
		io_uring_prep_connect(sqe, c->fd, bytes, size);
	} else if (operation == SEND) {
		/* All or an error: the kernel sends on what is left over. */
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
static void start(struct loop *loop, struct connection *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	c->over = false;
	while (c->fd < 0 && fr_wire_fill(c->wire)) {
		c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (c->fd < 0)
			fr_wire_lost(c->wire, -errno);
		else
			submit(loop, c, CONNECT);
	}
}

static void hang_up(struct connection *c)
{
	c->over = true;
	shutdown(c->fd, SHUT_RDWR);
}

/* Hands received bytes to the wire, and the buffer back to the kernel. */
static bool receive(
	struct loop *loop, struct fr_wire *wire, const struct io_uring_cqe *cqe)
{
	unsigned id = cqe->flags >> IORING_CQE_BUFFER_SHIFT;
	char *bytes = loop->memory[id];
	bool open = fr_wire_received(wire, bytes, (size_t)cqe->res);

	io_uring_buf_ring_add(loop->buffers, bytes, BUFFER_SIZE,
		(unsigned short)id, io_uring_buf_ring_mask(BUFFERS), 0);
	io_uring_buf_ring_advance(loop->buffers, 1);
	return open;
}

static void complete(struct loop *loop, const struct io_uring_cqe *cqe)
{
	struct connection *c = &loop->connections[cqe->user_data / OPERATIONS];
	enum operation operation = cqe->user_data % OPERATIONS;
	bool last = !(cqe->flags & IORING_CQE_F_MORE), open = true;
	size_t length;

	c->pending -= last;
	if (operation == RECEIVE && cqe->res > 0) {
		open = receive(loop, c->wire, cqe);
	} else if (cqe->res == -ENOBUFS) {
		open = true; /* received when others have been given back */
	} else if (operation == RECEIVE || cqe->res < 0) {
		fr_wire_lost(c->wire, cqe->res);
		open = false;
	} else if (operation == CONNECT && !c->over) {
		fr_wire_connected(c->wire);
	}
	if (!open && !c->over)
		hang_up(c);
	if (c->over) {
		if (!c->pending)
			start(loop, c);
		return;
	}
	if (last && operation != SEND)
		submit(loop, c, RECEIVE);
	fr_wire_fill(c->wire);
	fr_wire_request(c->wire, &length);
	if (length)
		submit(loop, c, SEND);
}

/* Submits, waits, and serves what has come or is overdue. */
static int turn(struct loop *loop)
{
	int ms = fr_wires_due_in_ms(loop->wires);
	struct __kernel_timespec wait = {ms / 1000, ms % 1000 * 1000000LL};
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
	while ((wire = fr_wires_overdue(loop->wires)))
		hang_up(&loop->connections[fr_wire_index(wire)]);
	return 0;
}

static int download_many(struct fr_job *job)
{
	struct loop *loop = job->priv;
	int rc = 0;

	for (unsigned i = 0; i < job->concurrency; i++)
		start(loop, &loop->connections[i]);
	while (!rc && fr_wires_busy(loop->wires))
		rc = turn(loop);
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct loop *loop = job->priv;

	if (loop->ring.ring_fd >= 0)
		io_uring_queue_exit(&loop->ring);
	for (unsigned i = 0; i < job->concurrency; i++)
		if (loop->connections[i].wire && loop->connections[i].fd >= 0)
			close(loop->connections[i].fd);
	fr_wires_close(loop->wires);
	free(loop->buffers);
	free(loop->memory);
	free(loop);
}

/* The buffers that the kernel picks from: a ring of pages (liburing). */
static int offer_buffers(struct loop *loop)
{
	size_t size = BUFFERS * sizeof(struct io_uring_buf);
	struct io_uring_buf_reg ring = {.ring_entries = BUFFERS};

	loop->buffers = aligned_alloc(4096, (size + 4095) / 4096 * 4096);
	loop->memory = calloc(BUFFERS, BUFFER_SIZE);
	if (!loop->buffers || !loop->memory)
		return -ENOMEM;
	io_uring_buf_ring_init(loop->buffers);
	for (unsigned short i = 0; i < BUFFERS; i++)
		io_uring_buf_ring_add(loop->buffers, loop->memory[i],
			BUFFER_SIZE, i, io_uring_buf_ring_mask(BUFFERS), i);
	io_uring_buf_ring_advance(loop->buffers, BUFFERS);
	ring.ring_addr = (uintptr_t)loop->buffers;
	return io_uring_register_buf_ring(&loop->ring, &ring, 0);
}

static int setup(struct fr_job *job)
{
	struct io_uring_params params = {
		.flags = IORING_SETUP_SINGLE_ISSUER |
			IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL,
	};
	struct loop *loop = calloc(1,
		sizeof(*loop) + job->concurrency * sizeof(struct connection));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	loop->ring.ring_fd = -1;
	rc = fr_wires_open(&loop->wires, job, job->concurrency);
	if (!rc)
		rc = io_uring_queue_init_params(
			PER_TURN * job->concurrency, &loop->ring, &params);
	if (!rc)
		rc = offer_buffers(loop);
	if (!rc)
		rc = io_uring_register_ring_fd(&loop->ring) < 0 ? -EINVAL : 0;
	for (unsigned i = 0; i < job->concurrency && !rc; i++)
		loop->connections[i] = (struct connection){
			.wire = fr_wires_at(loop->wires, i), .fd = -1};
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(io_uring) = {
	.abi = FR_STRATEGY_ABI,
	.name = "io-uring",
	.summary = "plain sockets without libcurl, completions by io_uring",
	.default_concurrency = 20,
	.max_concurrency = RING_MAX / PER_TURN,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
