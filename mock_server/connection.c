/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An idle connection holds nothing but its struct: bytes are read into the
 * loop's buffer, and only a part of a request is kept for the next time.
 * Requests that a client pipelines are all taken in, up to REQUESTS_MAX, so
 * each one's delay runs from its own arrival; answers that are due go out
 * together.
 */
#include "mock_server/connection.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/http.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/owner.h"
#include "mock_server/received.h"
#include "mock_server/replies.h"
#include "mock_server/requests.h"
#include "mock_server/service.h"

enum { ROUNDS_MAX = 16 }; /* of reading and writing in one go */
#define LINGER_NS 1000000000u

_Static_assert((int)LOOP_BUFFER_SIZE > (int)HTTP_REQUEST_MAX,
	"the largest request and one more byte fit");

enum connection_state {
	/* Nothing was read yet, or less than tells HTTP/1 from HTTP/2. */
	CONNECTION_NEW,
	/* HTTP/1: reads requests and answers them. */
	CONNECTION_OPEN,
	/* Reads no more; answers what it has read, then closes. */
	CONNECTION_LAST,
	/* As LAST, but the client may still be sending what nobody reads. */
	CONNECTION_REFUSED,
	/* HTTP/2, until its session is over. */
	CONNECTION_HTTP2,
	/*
	 * All is sent. Throws away what still comes for a while: to close on
	 * unread bytes would reset the connection, and the client might lose
	 * the answer with it (RFC 9112, 9.6).
	 */
	CONNECTION_LINGERING,
	/* The socket is gone; the memory waits for the end of the batch. */
	CONNECTION_CLOSED,
};

struct connection {
	enum connection_state state;
	int fd;
	bool readable, writable; /* as far as epoll has told */
	bool hung_up;            /* the client's end of input is on its way */
	uint64_t arrival_ns;     /* of the bytes read last */
	struct requests requests;
	struct replies replies;
	struct http2 *http2; /* NULL but for CONNECTION_HTTP2 */
	struct timer linger;
	struct loop *loop;
	struct connection *next, **link; /* in loop->connections */
};

static void advance(struct connection *c);

static void reply_due(struct replies *replies)
{
	advance(owner_of(replies, struct connection, replies));
}

int connection_open(struct connection **out, struct loop *loop, int fd)
{
	struct origin origin = {.fd = fd, .mailbox = &loop->mailbox};
	struct connection *c = NULL;
	int rc = service_connect(loop->service, &origin.connection);

	*out = NULL;
	if (rc)
		return rc;
	c = calloc(1, sizeof(*c));
	if (!c) {
		service_disconnect(loop->service);
		return -ENOMEM;
	}
	c->fd = fd;
	c->loop = loop;
	replies_init(&c->replies, loop, reply_due);
	requests_init(&c->requests, loop, &origin, &c->replies);
	c->next = loop->connections;
	c->link = &loop->connections;
	if (c->next)
		c->next->link = &c->next;
	loop->connections = c;
	loop->connections_open++;
	*out = c;
	return 0;
}

struct connection *connection_next(const struct connection *c)
{
	return c->next;
}

void connection_close(struct connection *c)
{
	if (c->state == CONNECTION_CLOSED)
		return;
	replies_release(&c->replies);
	requests_release(&c->requests);
	http2_free(c->http2);
	timers_clear(&c->loop->timers, &c->linger);
	c->state = CONNECTION_CLOSED;
	(void)close(c->fd);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	c->next = c->loop->closed;
	c->loop->closed = c;
	c->loop->connections_open--;
	service_disconnect(c->loop->service);
}

/* Closes with a reset instead of an end of input: socket(7), SO_LINGER. */
static void reset(struct connection *c)
{
	const struct linger at_once = {.l_onoff = 1};

	(void)setsockopt(
		c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	connection_close(c);
}

void connections_free_closed(struct loop *loop)
{
	while (loop->closed) {
		struct connection *c = loop->closed;

		loop->closed = c->next;
		free(c);
	}
}

static void linger_over(struct timer *timer)
{
	connection_close(owner_of(timer, struct connection, linger));
}

/*
 * Reads once into the loop's buffer, from `have` on. Returns how many bytes
 * came; 0 at the end of input; -EAGAIN when there are none now; or -errno.
 */
static ssize_t receive(struct connection *c, size_t have)
{
	size_t room = LOOP_BUFFER_SIZE - have;
	uint64_t age_ns;
	ssize_t n = received_read(c->fd, c->loop->buffer + have, room, &age_ns);

	if (n < 0) {
		c->readable = false;
		return n;
	}
	/* After the age was taken: a pause between must not be subtracted. */
	c->arrival_ns = loop_stamp(c->loop) - age_ns;
	/*
	 * Less than asked for: there is no more, and epoll will tell when
	 * there is, epoll(7). The end of input may have been told already.
	 */
	c->readable = n && ((size_t)n == room || c->hung_up);
	return n;
}

/* Takes requests from the bytes, and what their end means. */
static int take_requests(struct connection *c, char *bytes, size_t length)
{
	int rc = requests_take(&c->requests, bytes, length, c->arrival_ns);

	if (rc == REQUESTS_LAST)
		c->state = CONNECTION_LAST;
	else if (rc == REQUESTS_REFUSED)
		c->state = CONNECTION_REFUSED;
	return rc < 0 ? rc : 0;
}

static int read_http2(struct connection *c)
{
	ssize_t n = receive(c, 0);

	if (n <= 0)
		return n == -EAGAIN ? 0 : -ECONNRESET;
	return http2_receive(
		c->http2, c->loop->buffer, (size_t)n, c->arrival_ns);
}

static void http2_due(void *connection)
{
	advance(connection);
}

/* The first bytes tell the protocol: HTTP/2 with prior knowledge, or not. */
static int choose_protocol(struct connection *c, char *bytes, size_t length)
{
	size_t n = length < HTTP2_PREFACE ? length : HTTP2_PREFACE;
	int rc;

	if (memcmp(bytes, http2_preface, n) != 0) {
		c->state = CONNECTION_OPEN;
		return take_requests(c, bytes, length);
	}
	if (n < HTTP2_PREFACE)
		return requests_keep(&c->requests, bytes, length);
	c->state = CONNECTION_HTTP2;
	rc = http2_create(
		&c->http2, c->loop, &c->requests.origin, http2_due, c);
	return rc ? rc : http2_receive(c->http2, bytes, length, c->arrival_ns);
}

/*
 * Takes requests from what is kept and from one more reading, unless the queue
 * is full. Returns 0 or -errno.
 */
static int read_requests(struct connection *c)
{
	char *buffer = c->loop->buffer;
	size_t length = c->requests.kept_length;

	if (length)
		memcpy(buffer, c->requests.kept, length);
	/* A full queue stopped short of the end of what is kept. */
	if (!c->requests.full) {
		ssize_t n = receive(c, length);

		if (n < 0)
			return n == -EAGAIN ? 0 : (int)n;
		if (!n) {
			c->state = CONNECTION_LAST;
			return 0;
		}
		length += (size_t)n;
	}
	return c->state == CONNECTION_NEW ? choose_protocol(c, buffer, length)
					  : take_requests(c, buffer, length);
}

/* Writes what is due, as far as the socket takes it. */
static int write_replies(struct connection *c)
{
	int rc = 0;

	while (!rc && c->writable && replies_are_due(&c->replies))
		rc = replies_write(
			&c->replies, c->fd, c->state != CONNECTION_OPEN);
	if (rc != -EAGAIN)
		return rc;
	c->writable = false;
	return 0;
}

/* All is sent that will be. */
static int finish_sending(struct connection *c)
{
	if (c->state == CONNECTION_LAST)
		return -ECONNRESET;
	(void)shutdown(c->fd, SHUT_WR);
	c->state = CONNECTION_LINGERING;
	return timers_set(&c->loop->timers, &c->linger,
		loop_stamp(c->loop) + LINGER_NS, linger_over);
}

/* Writes and, when there will be no more, finishes. */
static int write_last_replies(struct connection *c)
{
	int rc = write_replies(c);

	/* Nobody waits any longer for what will not come. */
	if (!rc && c->hung_up && replies_stall(&c->replies))
		rc = -ECONNRESET;
	if (!rc && (!c->replies.first || c->replies.end == REPLIES_CLOSE))
		rc = finish_sending(c);
	return rc;
}

/* Reads, writes and, when the session is over, finishes. */
static int step_http2(struct connection *c)
{
	int rc = c->readable ? read_http2(c) : 0;

	if (!rc && c->writable) {
		rc = http2_write(c->http2, c->fd);
		if (rc == -EAGAIN) {
			c->writable = false;
			rc = 0;
		}
	}
	if (!rc && http2_is_over(c->http2))
		rc = finish_sending(c);
	return rc;
}

/* Throws away what comes; fails at the end of input. */
static int discard(struct connection *c)
{
	ssize_t n = receive(c, 0);

	if (n > 0 || n == -EAGAIN)
		return 0;
	return -ECONNRESET;
}

/* Whether an open connection has something to read or to take. */
static bool can_read(const struct connection *c)
{
	return c->requests.full ? c->replies.count < REQUESTS_MAX : c->readable;
}

/* Whether there is more to do at once, in a state that it stays in. */
static bool wants_more(const struct connection *c)
{
	switch (c->state) {
	case CONNECTION_NEW:
	case CONNECTION_OPEN:
		return can_read(c);
	case CONNECTION_HTTP2:
	case CONNECTION_LINGERING:
		return c->readable;
	case CONNECTION_LAST:
	case CONNECTION_REFUSED:
	case CONNECTION_CLOSED:
		break;
	}
	return false;
}

/*
 * Does one round of what can be done now. *more tells whether another round
 * would do something. Fails when the connection is to be closed.
 */
static int step(struct connection *c, bool *more)
{
	enum connection_state before = c->state;
	int rc = 0;

	switch (c->state) {
	case CONNECTION_NEW:
	case CONNECTION_OPEN:
		if (can_read(c))
			rc = read_requests(c);
		if (!rc)
			rc = write_replies(c);
		if (!rc && c->replies.end == REPLIES_CLOSE)
			rc = finish_sending(c);
		break;
	case CONNECTION_LAST:
	case CONNECTION_REFUSED:
		rc = write_last_replies(c);
		break;
	case CONNECTION_HTTP2:
		rc = step_http2(c);
		break;
	case CONNECTION_LINGERING:
		if (c->readable)
			rc = discard(c);
		break;
	case CONNECTION_CLOSED:
		break;
	}
	*more = c->state != before || wants_more(c);
	return rc;
}

static void advance(struct connection *c)
{
	bool more = true;

	for (int round = 0; more; round++) {
		int rc;

		/* One who never stops sending must not hold up the others. */
		if (round == ROUNDS_MAX) {
			loop_come_back(c->loop, c->fd, c);
			return;
		}
		rc = step(c, &more);

		if (c->replies.end == REPLIES_RESET) {
			reset(c);
			return;
		}
		if (rc) {
			connection_close(c);
			return;
		}
	}
}

void connection_ready(struct connection *c, uint32_t events)
{
	if (c->state == CONNECTION_CLOSED)
		return;
	/* Both directions are shut: a reset, or the end of lingering. */
	if (events & (EPOLLERR | EPOLLHUP)) {
		connection_close(c);
		return;
	}
	c->hung_up |= (events & EPOLLRDHUP) != 0;
	c->readable |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
	c->writable |= (events & EPOLLOUT) != 0;
	advance(c);
}

void connection_drain(struct connection *c)
{
	/* Requests that had come before the order to stop are answered. */
	if (c->state <= CONNECTION_OPEN && can_read(c) && read_requests(c)) {
		connection_close(c);
		return;
	}
	if (c->state == CONNECTION_HTTP2)
		http2_drain(c->http2);
	else if (c->state <= CONNECTION_OPEN)
		c->state = CONNECTION_LAST;
	if (replies_stall(&c->replies))
		connection_close(c); /* there is nothing to wait for */
	else
		advance(c);
}
