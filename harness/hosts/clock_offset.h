/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far another host's clock is from ours, estimated from ping-pongs: a
 * message goes there and comes back with the stamp of its arrival. That stamp
 * was taken between the sending and the receipt, so the midpoint is wrong by at
 * most half the round trip; the shortest round trip gives the best bound
 * (Cristian, "Probabilistic clock synchronization", 1989). Pure.
 */
#ifndef HARNESS_HOSTS_CLOCK_OFFSET_H
#define HARNESS_HOSTS_CLOCK_OFFSET_H

#include <stddef.h>
#include <stdint.h>

/* One ping-pong: two stamps of the harness, and one of the host in between. */
struct clock_ping {
	uint64_t sent_ns, theirs_ns, received_ns;
};

/* Their clock minus ours, and by how much that may be wrong. */
struct clock_offset {
	int64_t offset_ns;
	uint64_t bound_ns;
};

/* count >= 1 pings, made in a time in which the clocks do not drift. */
struct clock_offset clock_offset_of(
	const struct clock_ping *pings, size_t count);

/*
 * The offset that holds from one estimate to a later one, if the clocks drift
 * steadily in between: the bound includes that drift.
 */
struct clock_offset clock_offset_between(
	const struct clock_offset *before, const struct clock_offset *after);

/* A stamp of the host on the clock of the harness; 0 (none) stays 0. */
uint64_t clock_offset_to_ours(
	const struct clock_offset *offset, uint64_t theirs_ns);

#endif
