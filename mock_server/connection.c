/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An idle connection holds nothing but its struct: bytes are read into the
 * loop's buffer, and only a part of a request is kept for the next time.
 * Requests that a client pipelines are all taken in, up to REPLIES_MAX, so
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
#include "mock_server/loop.h"
#include "mock_server/owner.h"
#include "mock_server/replies.h"
#include "mock_server/service.h"

enum {
	REPLIES_MAX = 64, /* of one connection, waiting or being sent */
	ROUNDS_MAX = 16,  /* of reading and writing in one go */
};
#define LINGER_NS 1000000000u

_Static_assert((int)LOOP_BUFFER_SIZE > (int)HTTP_REQUEST_MAX,
	"the largest request and one more byte fit");

enum connection_state {
	/* Reads requests and answers them. */
	CONNECTION_OPEN,
	/* Reads no more; answers what it has read, then closes. */
	CONNECTION_LAST,
	/* As LAST, but the client may still be sending what nobody reads. */
	CONNECTION_REFUSED,
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
	bool full;               /* REPLIES_MAX: reading waits for sending */
	bool continued;          /* "100 Continue" was sent for this request */
	uint64_t number;         /* from 1 */
	uint64_t arrival_ns;     /* of the bytes read last */
	struct replies replies;
	char *kept; /* the beginning of a request */
	size_t kept_length;
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
	struct connection *c = calloc(1, sizeof(*c));

	*out = c;
	if (!c)
		return -ENOMEM;
	c->fd = fd;
	c->loop = loop;
	c->number = ++loop->service->connections_opened;
	replies_init(&c->replies, loop, reply_due);
	c->next = loop->connections;
	c->link = &loop->connections;
	if (c->next)
		c->next->link = &c->next;
	loop->connections = c;
	loop->service->connections_open++;
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
	timers_clear(&c->loop->timers, &c->linger);
	c->state = CONNECTION_CLOSED;
	(void)close(c->fd);
	free(c->kept);
	*c->link = c->next;
	if (c->next)
		c->next->link = c->link;
	c->next = c->loop->closed;
	c->loop->closed = c;
	c->loop->service->connections_open--;
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

/* Lets the service answer a request, or refuses it with a status. */
static int take_request(struct connection *c,
	const struct http_request *request, unsigned refuse)
{
	struct reply *reply = reply_create(c->loop);
	int rc;

	if (!reply)
		return -ENOMEM;
	rc = refuse ? service_refuse(&reply->exchange, refuse)
		    : service_arrive(c->loop->service, &reply->exchange,
			      request, c->arrival_ns, c->number);
	if (rc) {
		reply_free(c->loop, reply);
		return rc;
	}
	if (refuse)
		c->state = CONNECTION_REFUSED;
	else if (!request->keep_alive)
		c->state = CONNECTION_LAST;
	c->continued = false;
	reply->http_1_0 = request->http_1_0;
	return replies_push(&c->replies, reply, c->arrival_ns);
}

/* RFC 9110, 10.1.1. Lost when the socket is full, which costs but a second. */
static void send_continue(struct connection *c)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

	if (c->continued || c->replies.first)
		return;
	c->continued = true;
	(void)send(c->fd, text, sizeof(text) - 1, MSG_NOSIGNAL);
}

/*
 * Takes all whole requests from the bytes. *used is where the first one that
 * is not whole begins. Returns 0 or -errno.
 */
static int take_requests(
	struct connection *c, char *bytes, size_t length, size_t *used)
{
	*used = 0;
	while (c->state == CONNECTION_OPEN && *used < length) {
		struct http_request request;
		size_t consumed = 0;
		int outcome, rc;

		c->full = c->replies.count == REPLIES_MAX;
		if (c->full)
			return 0;
		outcome = http_parse(
			bytes + *used, length - *used, &request, &consumed);
		if (outcome == HTTP_MORE) {
			if (request.expects_continue)
				send_continue(c);
			return 0;
		}
		rc = take_request(c, &request,
			outcome == HTTP_DONE ? 0 : (unsigned)outcome);
		if (rc)
			return rc;
		*used += consumed;
	}
	return 0;
}

/* Keeps the bytes for the next time. Returns 0 or -ENOMEM. */
static int keep(struct connection *c, const char *bytes, size_t length)
{
	char *kept = NULL;

	if (length) {
		kept = malloc(length);
		if (!kept)
			return -ENOMEM;
		memcpy(kept, bytes, length);
	}
	free(c->kept);
	c->kept = kept;
	c->kept_length = length;
	return 0;
}

/*
 * Reads once into the loop's buffer, from `have` on. Returns how many bytes
 * came; 0 at the end of input; -EAGAIN when there are none now; or -errno.
 */
static ssize_t receive(struct connection *c, size_t have)
{
	size_t room = LOOP_BUFFER_SIZE - have;
	ssize_t n = recv(c->fd, c->loop->buffer + have, room, 0);

	if (n < 0) {
		c->readable = false;
		return -errno;
	}
	c->arrival_ns = loop_stamp(c->loop);
	/*
	 * Less than asked for: there is no more, and epoll will tell when
	 * there is, epoll(7). The end of input may have been told already.
	 */
	c->readable = n && ((size_t)n == room || c->hung_up);
	return n;
}

/*
 * Takes requests from what is kept and from one more reading, unless the queue
 * is full. Returns 0 or -errno.
 */
static int read_requests(struct connection *c)
{
	char *buffer = c->loop->buffer;
	size_t length = c->kept_length, used;
	bool had = length > 0;
	int rc;

	if (length)
		memcpy(buffer, c->kept, length);
	/* A full queue stopped short of the end of what is kept. */
	if (!c->full) {
		ssize_t n = receive(c, length);

		if (n < 0)
			return n == -EAGAIN ? 0 : (int)n;
		if (!n)
			c->state = CONNECTION_LAST;
		length += (size_t)n;
	}
	rc = take_requests(c, buffer, length, &used);
	if (!rc && (had || used < length))
		rc = keep(c, buffer + used, length - used);
	return rc;
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
	return c->full ? c->replies.count < REPLIES_MAX : c->readable;
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
	case CONNECTION_OPEN:
		if (can_read(c))
			rc = read_requests(c);
		if (!rc)
			rc = write_replies(c);
		break;
	case CONNECTION_LAST:
	case CONNECTION_REFUSED:
		rc = write_replies(c);
		if (!rc && !c->replies.first)
			rc = finish_sending(c);
		break;
	case CONNECTION_LINGERING:
		if (c->readable)
			rc = discard(c);
		*more = c->readable;
		return rc;
	case CONNECTION_CLOSED:
		break;
	}
	*more = c->state != before ||
		(c->state == CONNECTION_OPEN && can_read(c));
	return rc;
}

static void advance(struct connection *c)
{
	bool more = true;

	for (int round = 0; more; round++) {
		/* One who never stops sending must not hold up the others. */
		if (round == ROUNDS_MAX) {
			loop_come_back(c->loop, c->fd, c);
			return;
		}
		if (step(c, &more)) {
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
	if (c->state == CONNECTION_OPEN && can_read(c) && read_requests(c)) {
		connection_close(c);
		return;
	}
	if (c->state == CONNECTION_OPEN)
		c->state = CONNECTION_LAST;
	advance(c);
}
