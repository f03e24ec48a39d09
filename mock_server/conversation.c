/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes are read into the loop's buffer, and only a part of a request is kept
 * for the next time. Requests that a client pipelines are all taken in, up to
 * REQUESTS_MAX, so each one's delay runs from its own arrival; answers that are
 * due go out together.
 */
#include "mock_server/conversation.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "mock_server/connection.h"
#include "mock_server/http.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/closing.h"
#include "mock_server/received.h"

enum { ROUNDS_MAX = 16 }; /* of reading and writing in one go */

_Static_assert((int)LOOP_BUFFER_SIZE > (int)HTTP_REQUEST_MAX,
	"the largest request and one more byte fit");

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
	conversation_advance(connection);
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
		return requests_keep(&c->requests, bytes, length,
			requests_first_ns(&c->requests, c->arrival_ns));
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
			c->ended = true;
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
		rc = replies_write(&c->replies, c->fd,
			c->state == CONNECTION_LAST && !c->requests.full);
	if (rc != -EAGAIN)
		return rc;
	c->writable = false;
	return 0;
}

/* All is written that will be. */
static void finish(struct connection *c)
{
	if (c->replies.end == REPLIES_RESET)
		closing_reset(c);
	else
		closing_linger(c);
}

/* Whether requests that were read wait for room in the queue, and there is. */
static bool can_take(const struct connection *c)
{
	return c->requests.full && c->replies.count < REQUESTS_MAX;
}

/* Whether nobody waits any longer for a first answer that will not come. */
static bool is_left_stalled(const struct connection *c)
{
	return c->hung_up && replies_stall(&c->replies);
}

/* Takes what was read, writes and, when there will be no more, finishes. */
static int write_last_replies(struct connection *c)
{
	int rc = can_take(c) ? read_requests(c) : 0;

	if (!rc)
		rc = write_replies(c);
	if (!rc && is_left_stalled(c))
		rc = -ECONNRESET;
	if (!rc && (c->replies.end || (!c->replies.first && !c->requests.full)))
		finish(c);
	return rc;
}

/*
 * Reads, writes and, when the session is over, finishes. What is read makes
 * frames to write (each stream refused does): nothing is, from a client that
 * does not read, or they would be without bound.
 */
static int step_http2(struct connection *c)
{
	int rc = c->readable && c->writable ? read_http2(c) : 0;

	if (!rc && c->writable) {
		rc = http2_write(c->http2, c->fd);
		if (rc == -EAGAIN) {
			c->writable = false;
			rc = 0;
		}
	}
	if (!rc && http2_is_over(c->http2))
		finish(c);
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
	return c->requests.full ? can_take(c) : c->readable;
}

/* Whether there is more to do at once, in a state that it stays in. */
static bool wants_more(const struct connection *c)
{
	switch (c->state) {
	case CONNECTION_NEW:
	case CONNECTION_OPEN:
		return can_read(c);
	case CONNECTION_HTTP2:
		return c->readable && c->writable;
	case CONNECTION_LINGERING:
		return c->readable;
	case CONNECTION_LAST:
		return can_take(c);
	case CONNECTION_RESETTING:
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
		/* With a full queue, the end of the input is not read. */
		if (!rc && c->requests.full && is_left_stalled(c))
			rc = -ECONNRESET;
		if (!rc && c->replies.end)
			finish(c);
		else if (!rc)
			requests_continue(&c->requests);
		break;
	case CONNECTION_LAST:
		rc = write_last_replies(c);
		break;
	case CONNECTION_HTTP2:
		rc = step_http2(c);
		break;
	case CONNECTION_LINGERING:
		if (c->readable)
			rc = discard(c);
		break;
	case CONNECTION_RESETTING:
	case CONNECTION_CLOSED:
		break;
	}
	*more = c->state != before || wants_more(c);
	return rc;
}

void conversation_advance(struct connection *c)
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
		if (rc) {
			connection_close(c);
			return;
		}
	}
}

/* Whether it has been answered all it had asked for, and has it. */
static bool is_idle(const struct connection *c)
{
	return c->state == CONNECTION_LAST && !c->replies.first &&
		closing_all_delivered(c);
}

void conversation_drain(struct connection *c)
{
	/* All that is read now is answered; what lies there unread is not. */
	if (c->state <= CONNECTION_OPEN && can_read(c) && read_requests(c)) {
		connection_close(c);
		return;
	}
	if (c->state == CONNECTION_HTTP2)
		http2_drain(c->http2);
	else if (c->state <= CONNECTION_OPEN)
		c->state = CONNECTION_LAST;
	/* Where there is nothing to wait for. */
	if (replies_stall(&c->replies) || is_idle(c))
		connection_close(c);
	else
		conversation_advance(c);
}
