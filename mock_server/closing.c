/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel has no event for "the client has taken what was sent", so a timer
 * looks again and again. Before a reset it is enough that all segments are on
 * their way: they keep their order, and the reset must not wait for an
 * acknowledgement, which may be 40 ms late.
 */
#include "mock_server/closing.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "mock_server/list.h"
#include "mock_server/loop.h"

#define IDLE_MAX_NS   1000000000u  /* for a client that takes nothing */
#define LONGEST_NS    30000000000u /* for one that takes little at a time */
#define LOOK_RESET_NS 1000000u
#define LOOK_NS       100000000u

/* Bytes that are not acknowledged (SIOCOUTQ) or not sent: tcp(7). */
static int bytes_left(int fd, unsigned long which)
{
	int left = 0;

	(void)ioctl(fd, which, &left);
	return left;
}

bool closing_all_delivered(int fd)
{
	return !bytes_left(fd, SIOCOUTQ);
}

static void look(struct timer *timer);

static int look_later(struct closing *closing, uint64_t now_ns)
{
	return timers_set(&closing->loop->timers, &closing->timer,
		now_ns + (closing->reset ? LOOK_RESET_NS : LOOK_NS), look);
}

static void look(struct timer *timer)
{
	struct closing *closing = container_of(timer, struct closing, timer);
	uint64_t now_ns = loop_stamp(closing->loop);
	int left = bytes_left(
		closing->fd, closing->reset ? SIOCOUTQNSD : SIOCOUTQ);

	if (left != closing->left)
		closing->taken_ns = now_ns;
	closing->left = left;
	if ((!left && closing->reset) ||
		now_ns - closing->taken_ns >= IDLE_MAX_NS ||
		now_ns - closing->begun_ns >= LONGEST_NS ||
		look_later(closing, now_ns))
		closing->done(closing);
}

void closing_begin(struct closing *closing, struct loop *loop, int fd,
	bool reset, void (*done)(struct closing *closing))
{
	uint64_t now_ns = loop_stamp(loop);

	*closing = (struct closing){.loop = loop,
		.fd = fd,
		.reset = reset,
		.done = done,
		.begun_ns = now_ns,
		.taken_ns = now_ns};
	if (reset)
		closing->left = bytes_left(fd, SIOCOUTQNSD);
	else
		(void)shutdown(fd, SHUT_WR);
	if ((reset && !closing->left) || look_later(closing, now_ns))
		done(closing);
}

void closing_cancel(struct closing *closing)
{
	if (closing->loop)
		timers_clear(&closing->loop->timers, &closing->timer);
}
