/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel tells nobody when a client has taken what was sent, so a timer
 * looks. For a reset that is on its way is enough: segments keep their order,
 * and an acknowledgement may be 40 ms late, which the reset must not be.
 */
#include "mock_server/closing.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "mock_server/connection.h"
#include "mock_server/http2.h"
#include "mock_server/loop.h"
#include "mock_server/container_of.h"

#define PATIENCE_NS   1000000000u  /* with a client that takes nothing */
#define LONGEST_NS    30000000000u /* with one that takes little */
#define LOOK_RESET_NS 1000000u
#define LOOK_NS       100000000u

/* Bytes, and the end of input, not acknowledged (or not sent): tcp(7). */
static int bytes_left(const struct connection *c, unsigned long which)
{
	int left = 0;

	(void)ioctl(c->fd, which, &left);
	return left;
}

bool closing_all_delivered(const struct connection *c)
{
	return !bytes_left(c, SIOCOUTQ);
}

static void look(struct timer *timer);

static int look_later(struct connection *c, uint64_t now_ns)
{
	return timers_set(&c->loop->timers, &c->closing.timer,
		now_ns +
			(c->state == CONNECTION_RESETTING ? LOOK_RESET_NS
							  : LOOK_NS),
		look);
}

static void look(struct timer *timer)
{
	struct closing *closing = container_of(timer, struct closing, timer);
	struct connection *c =
		container_of(closing, struct connection, closing);
	bool reset = c->state == CONNECTION_RESETTING;
	uint64_t now_ns = loop_stamp(c->loop);
	int left = bytes_left(c, reset ? SIOCOUTQNSD : SIOCOUTQ);

	if (left != closing->left)
		closing->taken_ns = now_ns;
	closing->left = left;
	if ((left || !reset) && now_ns - closing->taken_ns < PATIENCE_NS &&
		now_ns - closing->begun_ns < LONGEST_NS &&
		!look_later(c, now_ns))
		return;
	if (reset)
		connection_reset(c);
	else
		connection_close(c);
}

/* Nothing else will be sent: what waits for its answer waits in vain. */
static void begin(struct connection *c, enum connection_state state)
{
	replies_release(&c->replies);
	requests_release(&c->requests);
	http2_free(c->http2);
	c->http2 = NULL;
	c->state = state;
	c->closing.begun_ns = c->closing.taken_ns = loop_stamp(c->loop);
}

void closing_linger(struct connection *c)
{
	/* Nothing is unread or to come, and to close is no reset. */
	if (c->ended) {
		connection_close(c);
		return;
	}
	(void)shutdown(c->fd, SHUT_WR);
	begin(c, CONNECTION_LINGERING);
	if (look_later(c, c->closing.begun_ns))
		connection_close(c);
}

void closing_reset(struct connection *c)
{
	begin(c, CONNECTION_RESETTING);
	c->closing.left = bytes_left(c, SIOCOUTQNSD);
	if (!c->closing.left || look_later(c, c->closing.begun_ns))
		connection_reset(c);
}
