/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes are read into the loop's buffer; only a part of a request is kept. */
#include "mock_server/connection.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/channel.h"
#include "mock_server/closing.h"
#include "mock_server/http1_connection.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/service.h"
#include "mock_server/turn.h"

/*
 * Bytes of HTTP/2 that are read at once. A thousand requests of 30 bytes would
 * hold up the other clients for milliseconds. HTTP/1 has HTTP1_REQUESTS_MAX.
 */
enum { HTTP2_READ_MAX = 2048 };
#define SHAKING_NS 10000000000u /* for the handshake of TLS */
#define EVENTS     (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)

_Static_assert((int)LOOP_BUFFER_SIZE > (int)HTTP_REQUEST_MAX,
	"the largest request and one more byte fit");

enum connection_state {
	/* What was read, if anything, does not tell HTTP/1 from HTTP/2 yet. */
	CONNECTION_NEW,
	/* Speaks HTTP/1 until http1_is_over. */
	CONNECTION_HTTP1,
	/* Speaks HTTP/2 until http2_is_over. */
	CONNECTION_HTTP2,
	/* Its first byte was one of TLS, whose handshake is not done yet. */
	CONNECTION_SHAKING,
	/*
	 * All is written. Discards what still comes: to close the socket with
	 * bytes unread would reset the connection, and the client might lose
	 * the answer (RFC 9112, 9.6).
	 */
	CONNECTION_LINGERING,
	/*
	 * Is going to be reset when all that was written is on its way: a
	 * reset discards what the kernel has not sent yet, and answers that
	 * are counted as complete might be among it.
	 */
	CONNECTION_RESETTING,
	/* The socket is closed; the memory waits for the end of the batch. */
	CONNECTION_CLOSED,
};

struct connection {
	enum connection_state state;
	struct channel channel;
	bool readable, writable; /* as far as epoll has told */
	bool hung_up;            /* the client's end of input has come */
	bool ended;              /* and has been read */
	uint64_t arrival_ns;     /* of the bytes that were read last */
	struct http1_connection http1;
	struct http2 *http2;  /* NULL in other states than CONNECTION_HTTP2 */
	struct timer shaking; /* set while CONNECTION_SHAKING */
	struct closing closing;
	struct loop *loop;
	struct loop_source source;
	struct turn turn;
	struct connections *all;
	struct list_link link; /* in all->open or all->closed */
};

static void advance(struct connection *c);

static void reply_due(struct replies *replies)
{
	advance(container_of(replies, struct connection, http1.replies));
}

static void http2_due(void *connection)
{
	advance(connection);
}

static void release_protocols(struct connection *c)
{
	http1_release(&c->http1);
	http2_free(c->http2);
	c->http2 = NULL;
}

static void close_connection(struct connection *c)
{
	struct wire_bytes wire;
	bool known;

	if (c->state == CONNECTION_CLOSED)
		return;
	release_protocols(c);
	channel_release(&c->channel);
	timers_clear(&c->loop->timers, &c->shaking);
	closing_cancel(&c->closing);
	loop_forget(&c->source);
	c->state = CONNECTION_CLOSED;
	known = wire_bytes_read(&wire, c->channel.fd) == 0;
	service_disconnect(
		c->loop->service, &c->http1.origin, known ? &wire : NULL);
	(void)close(c->channel.fd);
	list_remove(&c->link);
	list_push(&c->all->closed, &c->link);
	c->all->count--;
}

static void closing_done(struct closing *closing)
{
	struct connection *c =
		container_of(closing, struct connection, closing);
	const struct linger at_once = {.l_onoff = 1};

	if (closing->reset) /* socket(7), SO_LINGER */
		(void)setsockopt(c->channel.fd, SOL_SOCKET, SO_LINGER, &at_once,
			sizeof(at_once));
	close_connection(c);
}

/* All that will be written has been; requests without a reply get none. */
static void finish(struct connection *c, bool reset)
{
	if (!reset)
		channel_end_output(&c->channel);
	/* Nothing is unread or to come, so that to close is no reset. */
	if (c->ended && !reset) {
		close_connection(c);
		return;
	}
	release_protocols(c);
	timers_clear(&c->loop->timers, &c->shaking);
	c->readable |= c->channel.ssl != NULL;
	channel_release(&c->channel);
	c->state = reset ? CONNECTION_RESETTING : CONNECTION_LINGERING;
	closing_begin(&c->closing, c->loop, c->channel.fd, reset, closing_done);
}

/*
 * Reads once into the loop's buffer, from `have` on. Returns how many bytes
 * came; 0 at the end of input; -EAGAIN: none is there now; or another -errno.
 */
static ssize_t receive(struct connection *c, size_t have)
{
	size_t room = LOOP_BUFFER_SIZE - have;
	uint64_t age_ns;
	ssize_t n;

	if (c->state == CONNECTION_NEW || c->state == CONNECTION_HTTP2)
		room = HTTP2_READ_MAX;
	n = channel_read(&c->channel, c->loop->buffer + have, room, &age_ns);
	if (n < 0) {
		c->readable = false;
		return n;
	}
	/* Stamped last: a pause in between makes the arrival later, no less. */
	c->arrival_ns = loop_stamp(c->loop) - age_ns;
	/*
	 * If less came than was asked for, no more is there, and epoll tells
	 * when there is: epoll(7). Of the end of input it may have told before.
	 */
	c->readable = n &&
		(channel_has_more(&c->channel, (size_t)n, room) || c->hung_up);
	return n;
}

static void shaking_too_long(struct timer *timer)
{
	close_connection(container_of(timer, struct connection, shaking));
}

static int begin_tls(struct connection *c, const char *bytes, size_t length)
{
	c->state = CONNECTION_SHAKING;
	/* A handshake takes as long as a hundred requests. */
	loop_end_turn(c->loop);
	if (timers_set(&c->loop->timers, &c->shaking,
		    loop_stamp(c->loop) + SHAKING_NS, shaking_too_long))
		return -ENOMEM;
	return channel_begin_tls(&c->channel, c->loop->tls, bytes, length);
}

static void step_shaking(struct connection *c)
{
	int rc = channel_shake(&c->channel);

	if (rc == -EAGAIN)
		return;
	/* An alert that says why has been sent. */
	if (rc) {
		finish(c, false);
		return;
	}
	timers_clear(&c->loop->timers, &c->shaking);
	c->http1.origin.tls = channel_outcome(&c->channel);
	service_note_handshake(c->loop->service, &c->http1.origin);
	c->state = CONNECTION_NEW;
	/* Bytes may have been read with the end of the handshake. */
	c->readable = true;
}

/*
 * The first bytes tell the protocol: TLS, HTTP/2 (by ALPN or with prior
 * knowledge), or HTTP/1.
 */
static int choose_protocol(struct connection *c, char *bytes, size_t length)
{
	size_t n = length < HTTP2_PREFACE ? length : HTTP2_PREFACE;
	int rc;

	if (c->loop->tls && !c->channel.ssl && bytes[0] == CHANNEL_TLS_BEGINS)
		return begin_tls(c, bytes, length);
	if (memcmp(bytes, http2_preface, n) != 0) {
		if (c->http1.origin.tls.alpn == TLS_ALPN_H2)
			return -EPROTO;
		c->state = CONNECTION_HTTP1;
		return http1_take(&c->http1, bytes, length, c->arrival_ns);
	}
	if (n < HTTP2_PREFACE)
		return http1_keep(&c->http1, bytes, length, c->arrival_ns);
	c->state = CONNECTION_HTTP2;
	rc = http2_create(&c->http2, c->loop, &c->http1.origin, http2_due, c);
	return rc ? rc : http2_receive(c->http2, bytes, length, c->arrival_ns);
}

/* Takes requests from what was kept and, unless `full`, from one reading. */
static int read_requests(struct connection *c)
{
	struct http1_connection *http1 = &c->http1;
	char *buffer = c->loop->buffer;
	size_t length = http1->kept_length;

	if (length)
		memcpy(buffer, http1->kept, length);
	if (!http1->full) {
		ssize_t n = receive(c, length);

		if (n < 0)
			return n == -EAGAIN ? 0 : (int)n;
		if (!n) {
			c->ended = http1->last = true;
			c->state = CONNECTION_HTTP1;
			return 0;
		}
		length += (size_t)n;
	}
	return c->state == CONNECTION_NEW
		? choose_protocol(c, buffer, length)
		: http1_take(http1, buffer, length, c->arrival_ns);
}

/* Whether there is something to read, or to take of what was kept. */
static bool can_read(const struct connection *c)
{
	switch (c->state) {
	case CONNECTION_NEW:
	case CONNECTION_HTTP1:
		return c->http1.full ? http1_can_take(&c->http1)
				     : c->readable && !c->http1.last;
	case CONNECTION_HTTP2:
		return c->readable && c->writable;
	case CONNECTION_LINGERING:
		return c->readable;
	case CONNECTION_SHAKING:
	case CONNECTION_RESETTING:
	case CONNECTION_CLOSED:
		break;
	}
	return false;
}

/* After a write that returned rc. */
static int written(struct connection *c, int rc)
{
	if (rc != -EAGAIN)
		return rc;
	c->writable = false;
	return 0;
}

static int step_http1(struct connection *c)
{
	struct http1_connection *http1 = &c->http1;
	int rc = can_read(c) ? read_requests(c) : 0;

	if (!rc && c->writable)
		rc = written(c, http1_write(http1));
	/* The client has gone, and what it waited for never comes. */
	if (!rc && c->hung_up && http1_is_stalled(http1))
		rc = -ECONNRESET;
	if (rc || c->state > CONNECTION_HTTP1)
		return rc;
	if (http1_is_over(http1))
		finish(c, http1->replies.end == FAULT_RESETS);
	else
		http1_continue(http1);
	return 0;
}

/*
 * What is read makes frames to write: each stream that is refused does. So
 * nothing is read from a client that reads nothing, or the frames would use up
 * the memory.
 */
static int step_http2(struct connection *c)
{
	ssize_t n = can_read(c) ? receive(c, 0) : -EAGAIN;
	int rc = 0;

	if (n > 0)
		rc = http2_receive(
			c->http2, c->loop->buffer, (size_t)n, c->arrival_ns);
	else if (n != -EAGAIN)
		rc = -ECONNRESET;
	if (!rc && c->writable)
		rc = written(c, http2_write(c->http2, &c->channel));
	if (!rc && http2_is_over(c->http2))
		finish(c, false);
	return rc;
}

/* Does one round of what can be done now. Fails: the connection is to close. */
static int step(struct connection *c)
{
	ssize_t n;

	switch (c->state) {
	case CONNECTION_NEW:
	case CONNECTION_HTTP1:
		return step_http1(c);
	case CONNECTION_HTTP2:
		return step_http2(c);
	case CONNECTION_SHAKING:
		step_shaking(c);
		return 0;
	case CONNECTION_LINGERING:
		n = can_read(c) ? receive(c, 0) : -EAGAIN;
		return n > 0 || n == -EAGAIN ? 0 : -ECONNRESET;
	case CONNECTION_RESETTING:
	case CONNECTION_CLOSED:
		break;
	}
	return 0;
}

/* Reads and writes as far as it goes in one turn; may close the connection. */
static void take_turn(struct connection *c)
{
	enum connection_state before;
	bool over;

	turn_begin(&c->turn, c->loop);
	do {
		before = c->state;
		if (step(c))
			close_connection(c);
		over = loop_turn_is_over(c->loop);
	} while (!over && (c->state != before || can_read(c)));
	turn_end(&c->turn, c->loop);
	if (over && c->state != CONNECTION_CLOSED)
		loop_put_off(c->loop, &c->source);
}

static void advance(struct connection *c)
{
	if (loop_is_put_off(&c->source))
		return;
	if (turn_is_heavy(&c->turn, c->loop))
		loop_put_off(c->loop, &c->source);
	else
		take_turn(c);
}

static void connection_ready(struct loop_source *source, uint32_t events)
{
	struct connection *c = container_of(source, struct connection, source);

	if (c->state == CONNECTION_CLOSED)
		return;
	/* It was put off. */
	if (!events) {
		take_turn(c);
		return;
	}
	/* A reset. After EPOLLHUP alone there may be something to read. */
	if (events & EPOLLERR) {
		close_connection(c);
		return;
	}
	c->hung_up |= (events & EPOLLRDHUP) != 0;
	if (events & (EPOLLIN | EPOLLRDHUP)) {
		c->readable = true;
		channel_note_input(&c->channel);
	}
	c->writable |= (events & EPOLLOUT) != 0;
	advance(c);
}

int connection_open(struct connections *all, struct loop *loop, int fd)
{
	struct origin origin = {.accepted_ns = loop_stamp(loop),
		.fd = fd,
		.mailbox = &loop->mailbox};
	struct connection *c;
	int rc = service_connect(loop->service, &origin);

	if (rc)
		return rc;
	c = calloc(1, sizeof(*c));
	if (!c) {
		service_disconnect(loop->service, &origin, NULL);
		return -ENOMEM;
	}
	c->channel.fd = fd;
	c->loop = loop;
	c->source.ready = connection_ready;
	http1_init(&c->http1, loop, &c->channel, &origin, reply_due);
	c->all = all;
	list_push(&all->open, &c->link);
	all->count++;
	if (loop_watch(loop, fd, EVENTS, &c->source))
		close_connection(c);
	return 0;
}

static struct connection *connection_of(struct list_link *link)
{
	return link ? container_of(link, struct connection, link) : NULL;
}

static void drain(struct connection *c)
{
	bool http1 = c->state <= CONNECTION_HTTP1;

	/* What this reading brings is answered; what it leaves is not. */
	if ((http1 && can_read(c) && read_requests(c)) ||
		c->state == CONNECTION_SHAKING) {
		close_connection(c);
		return;
	}
	if (c->state == CONNECTION_HTTP2) {
		http2_drain(c->http2);
	} else if (http1) {
		c->state = CONNECTION_HTTP1;
		c->http1.last = true;
	}
	/* There is nothing to wait for: no reply comes, or all have arrived. */
	if (replies_stall(&c->http1.replies) ||
		(c->state == CONNECTION_HTTP1 && !c->http1.replies.first &&
			closing_all_delivered(c->channel.fd)))
		close_connection(c);
	else
		advance(c);
}

void connections_drain(struct connections *all)
{
	struct connection *next;

	for (struct connection *c = connection_of(all->open.first); c;
		c = next) {
		next = connection_of(c->link.next);
		drain(c);
	}
}

void connections_close(struct connections *all)
{
	while (all->open.first)
		close_connection(connection_of(all->open.first));
}

void connections_free_closed(struct connections *all)
{
	struct connection *c;

	while ((c = connection_of(all->closed.first)) != NULL) {
		list_remove(&c->link);
		free(c);
	}
}
