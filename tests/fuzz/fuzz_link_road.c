/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes what arrives at the relay: packets of any length and content, between
 * sockets that stand for the devices. The first byte chooses the link. Each
 * packet is a byte, its length / 8, and its bytes. A packet that is IPv4 by its
 * first byte is counted once; it is carried unchanged or dropped. Others leave
 * no trace.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link/road.h"
#include "tests/fuzz/fuzz.h"

enum { IP_HEADER = 20, LENGTH_MAX = 255 * 8 };

static struct link_spec choose(uint8_t choice)
{
	struct link_spec spec = {0};
	struct link_direction *way = &spec.way[LINK_UP];

	way->loss_ppm = choice & 1 ? 500000 : 0;
	way->rate_bits = choice & 2 ? 10000000000 : 0;
	way->queue_packets = choice & 2 ? 2 : 0;
	way->jitter_ns = choice & 4 ? 1000 : 0;
	way->reorder = choice & 8;
	return spec;
}

/* Whether a packet that was carried is the one that was sent. */
static void check_carried(int receiver, const uint8_t *packet, size_t length)
{
	uint8_t carried[LENGTH_MAX];
	ssize_t n = recv(receiver, carried, sizeof(carried), 0);
	size_t kept = length < PACKET_ROOM ? length : PACKET_ROOM;

	if (n < 0)
		return;
	require(length >= IP_HEADER && packet[0] >> 4 == 4);
	require((size_t)n == kept && memcmp(carried, packet, kept) == 0);
}

static uint64_t count_all(const struct road *road)
{
	const struct link_counts *counts = &road->account.counts;

	return counts->packets + counts->lost + counts->dropped +
		counts->overrun;
}

static void carry(struct road *road, const int ends[2], const uint8_t *packet,
	size_t length)
{
	uint64_t before = count_all(road);
	int carried = length >= IP_HEADER && packet[0] >> 4 == 4;

	require(send(ends[0], packet, length, 0) == (ssize_t)length);
	require(road_take_in(road, &(struct road_wait){0}) == 0);
	while (road_due_ns(road) != UINT64_MAX)
		road_hand_on(road);
	require(count_all(road) - before == (uint64_t)carried);
	check_carried(ends[1], packet, length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct link_spec spec = choose(size ? data[0] : 0);
	struct road road;
	int from[2], to[2];

	require(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, from) == 0);
	require(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, to) == 0);
	require(road_init(&road, LINK_UP, from[1], to[0]) == 0);
	road_reset(&road, &spec, 1);
	for (size_t at = 1; at < size;) {
		size_t length = (size_t)data[at++] * 8;

		if (length > size - at)
			length = size - at;
		carry(&road, (const int[2]){from[0], to[1]}, data + at, length);
		at += length;
	}
	road_release(&road);
	for (int i = 0; i < 2; i++) {
		(void)close(from[i]);
		(void)close(to[i]);
	}
	return 0;
}
