/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/connection.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mock_server/conversation.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/container_of.h"
#include "mock_server/service.h"

static void reply_due(struct replies *replies)
{
	conversation_advance(container_of(replies, struct connection, replies));
}

int connection_open(struct connection **out, struct loop *loop, int fd)
{
	struct origin origin = {.accepted_ns = loop_stamp(loop),
		.fd = fd,
		.mailbox = &loop->mailbox};
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
	timers_clear(&c->loop->timers, &c->closing.timer);
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

void connection_reset(struct connection *c)
{
	const struct linger at_once = {.l_onoff = 1};

	/* socket(7), SO_LINGER */
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

void connection_ready(struct connection *c, uint32_t events)
{
	if (c->state == CONNECTION_CLOSED)
		return;
	/* A reset. Both ends of input alone: there may be something to read. */
	if (events & EPOLLERR) {
		connection_close(c);
		return;
	}
	c->hung_up |= (events & EPOLLRDHUP) != 0;
	c->readable |= (events & (EPOLLIN | EPOLLRDHUP)) != 0;
	c->writable |= (events & EPOLLOUT) != 0;
	conversation_advance(c);
}
