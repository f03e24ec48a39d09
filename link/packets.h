/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The packets of one direction that are under way: the earliest first, and of
 * those that are due at once the one that came first. Bounded memory, which is
 * touched only as far as it is needed.
 */
#ifndef LINK_PACKETS_H
#define LINK_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/link.h"

enum {
	PACKETS_MAX = 1 << 15, /* 30 Gbit/s for 12 ms, 650 Mbit/s for 600 ms */
	PACKET_ROOM = 1536,    /* bytes; at least LINK_MTU */
};

/* Where a packet's bytes are. */
struct packet {
	uint64_t due_ns, number, waited_ns;
	uint32_t bytes, slot;
};

struct packets {
	struct packet *heap; /* heap[0] is unused */
	size_t count;
	uint32_t *unused; /* a stack of slots */
	size_t unused_count;
	unsigned char *slots;
	uint64_t number; /* of the next packet */
};

/* Returns 0 or -ENOMEM. */
int packets_init(struct packets *packets);
void packets_release(struct packets *packets);

/* Forgets all packets. */
void packets_clear(struct packets *packets);

/*
 * PACKET_ROOM bytes, into which the next packet may be read; the same ones
 * until packets_add.
 */
unsigned char *packets_room(const struct packets *packets);

/*
 * Adds the packet that lies in packets_room, of `bytes`, which may have waited
 * so long before it was read. False, and nothing is added: PACKETS_MAX - 1
 * packets are under way.
 */
bool packets_add(struct packets *packets, uint64_t due_ns, uint64_t waited_ns,
	size_t bytes);

/* When the earliest packet is due, or UINT64_MAX. */
uint64_t packets_due_ns(const struct packets *packets);

/* The earliest packet, of which there is one, and where its bytes are. */
const struct packet *packets_first(
	const struct packets *packets, const unsigned char **bytes);

/* Takes the earliest packet out. */
void packets_remove(struct packets *packets);

#endif
