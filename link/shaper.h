/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One direction of a link, as arithmetic: whether a packet that arrives at a
 * time is lost, finds the queue full, or passes, and when it is due at the
 * other end. A packet first waits for the packets before it, then occupies the
 * link for its bits / rate, and then is under way for delay and jitter.
 *
 * It reads no clock: times are given, in nanoseconds, and never decrease.
 */
#ifndef LINK_SHAPER_H
#define LINK_SHAPER_H

#include <stddef.h>
#include <stdint.h>

#include "link/link.h"

enum link_fate { LINK_PASSES, LINK_LOST, LINK_FULL };

struct shaper {
	struct link_direction spec;
	enum link_way way;
	uint64_t seed;
	uint64_t arrived; /* packets: the number of the next one */
	uint64_t free_ns; /* when the link has sent all that it was given */
	uint64_t rest;    /* of the division by the rate, < rate_bits */
	uint64_t last_due_ns;
	/* When each packet that may still wait is sent: a ring. */
	uint64_t *starts;
	size_t first, waiting, capacity; /* capacity: a power of two */
};

/* Returns 0 or -ENOMEM. capacity: packets that can wait, a power of two. */
int shaper_init(struct shaper *shaper, enum link_way way, size_t capacity);
void shaper_release(struct shaper *shaper);

/* Starts anew: the next packet has the number 0 and finds the link empty. */
void shaper_reset(struct shaper *shaper, const struct link_direction *spec,
	uint64_t seed);

/* Of a packet of `bytes` that arrives; *due_ns is set if it passes. */
enum link_fate shaper_admit(
	struct shaper *shaper, uint64_t now_ns, size_t bytes, uint64_t *due_ns);

#endif
