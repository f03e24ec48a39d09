/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/road.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 64, IP_HEADER = 20 };

/* CLOCK_MONOTONIC. */
static uint64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int road_init(struct road *road, enum link_way way, int from, int to)
{
	int rc;

	*road = (struct road){.from = from, .to = to};
	rc = shaper_init(&road->shaper, way, PACKETS_MAX);
	if (!rc)
		rc = packets_init(&road->packets);
	return rc;
}

void road_release(struct road *road)
{
	shaper_release(&road->shaper);
	packets_release(&road->packets);
}

/* Reads a packet into the room for it. Returns its length or -errno. */
static ssize_t read_packet(struct road *road)
{
	ssize_t bytes;

	do
		bytes = read(
			road->from, packets_room(&road->packets), PACKET_ROOM);
	while (bytes < 0 && errno == EINTR);
	return bytes < 0 ? -errno : bytes;
}

void road_reset(struct road *road, const struct link_spec *spec, uint64_t seed)
{
	while (read_packet(road) >= 0)
		;
	packets_clear(&road->packets);
	shaper_reset(&road->shaper, &spec->way[road->shaper.way], seed);
	account_reset(&road->account, spec);
}

/* Only IPv4 goes over the link: a namespace says things in IPv6 unasked. */
static bool is_carried(const unsigned char *packet, size_t bytes)
{
	return bytes >= IP_HEADER && packet[0] >> 4 == 4;
}

static void admit(struct road *road, const struct road_wait *wait, size_t bytes)
{
	struct link_counts *counts = &road->account.counts;
	uint64_t arrived_ns = now_ns() - wait->usual_ns, due_ns;

	switch (shaper_admit(&road->shaper, arrived_ns, bytes, &due_ns)) {
	case LINK_LOST:
		counts->lost++;
		break;
	case LINK_FULL:
		counts->dropped++;
		break;
	case LINK_PASSES:
		if (!packets_add(&road->packets, due_ns, wait->more_ns, bytes))
			counts->overrun++;
		break;
	}
}

int road_take_in(struct road *road, const struct road_wait *wait)
{
	for (int i = 0; i < BATCH; i++) {
		ssize_t bytes = read_packet(road);

		if (bytes == -EAGAIN)
			return 0;
		if (bytes < 0)
			return (int)bytes;
		if (is_carried(packets_room(&road->packets), (size_t)bytes))
			admit(road, wait, (size_t)bytes);
	}
	return 0;
}

void road_hand_on(struct road *road)
{
	uint64_t now = now_ns(), due_ns;

	while ((due_ns = packets_due_ns(&road->packets)) <=
		now + ROAD_EARLY_NS) {
		const unsigned char *bytes;
		const struct packet *packet =
			packets_first(&road->packets, &bytes);
		ssize_t written = write(road->to, bytes, packet->bytes);

		now = now_ns();
		if (written < 0)
			road->account.counts.overrun++;
		else
			account_delivered(&road->account, packet->bytes,
				packet->waited_ns +
					(now > due_ns ? now - due_ns : 0));
		packets_remove(&road->packets);
	}
}

uint64_t road_due_ns(const struct road *road)
{
	return packets_due_ns(&road->packets);
}
