/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of a link with its devices: takes packets in where they are
 * sent, holds them, and hands them on when they are due.
 */
#ifndef LINK_ROAD_H
#define LINK_ROAD_H

#include <stdint.h>

#include "link/account.h"
#include "link/link.h"
#include "link/packets.h"
#include "link/shaper.h"

/*
 * A packet may be handed on so much before it is due, about as much as others
 * are too late, because sleeping once more would make it late, too.
 */
enum { ROAD_EARLY_NS = 25000 };

struct road {
	int from, to; /* the caller's: TUN devices, nonblocking */
	struct shaper shaper;
	struct packets packets;
	struct account account;
};

/*
 * How long packets may have waited before the relay could read them. Their
 * delay begins as much earlier as is usual, and more is lateness.
 */
struct road_wait {
	uint64_t usual_ns, more_ns;
};

/* Returns 0 or -ENOMEM. */
int road_init(struct road *road, enum link_way way, int from, int to);
void road_release(struct road *road);

/* Drops the packets that are under way, and starts anew: link_reset. */
void road_reset(struct road *road, const struct link_spec *spec, uint64_t seed);

/*
 * Takes in packets that have arrived; a bounded number, so that packets that
 * are due do not wait. Returns 0, or -errno:
 * the device is gone.
 */
int road_take_in(struct road *road, const struct road_wait *wait);

/* Hands on the packets that are due, or will be very soon. */
void road_hand_on(struct road *road);

/* When the next packet is due, or UINT64_MAX. */
uint64_t road_due_ns(const struct road *road);

#endif
