/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which clients have their turn at once. A client that has lately made more
 * work than TURN_SHARE allows waits until the sources of the loop that are
 * ready have had their turn (loop_put_off). So a client that floods the server,
 * whatever with, takes the time that the others leave, and a turn at least.
 */
#ifndef MOCK_SERVER_TURN_H
#define MOCK_SERVER_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "mock_server/loop.h"

enum {
	TURN_SHARE = 50,              /* a client may take a 50th of the time */
	TURN_DEBT_MAX_NS = 100000000, /* is forgotten in this time */
};

/* Of one client. Zeroed at first. */
struct turn {
	uint64_t begun_ns;
	uint64_t even_ns; /* when its share makes up for what it has taken */
};

/* Whether the client has taken its share, and one turn beforehand. */
static inline bool turn_is_heavy(
	const struct turn *turn, const struct loop *loop)
{
	return turn->even_ns >
		loop->now_ns + (uint64_t)TURN_SHARE * LOOP_TURN_NS;
}

static inline void turn_begin(struct turn *turn, struct loop *loop)
{
	loop_begin_turn(loop);
	turn->begun_ns = loop->now_ns;
}

static inline void turn_end(struct turn *turn, const struct loop *loop)
{
	const uint64_t most = loop->now_ns + TURN_DEBT_MAX_NS;

	if (turn->even_ns < turn->begun_ns)
		turn->even_ns = turn->begun_ns;
	turn->even_ns += (loop->now_ns - turn->begun_ns) * TURN_SHARE;
	if (turn->even_ns > most)
		turn->even_ns = most;
}

#endif
