/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/packets.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static_assert((int)PACKET_ROOM >= (int)LINK_MTU, "a packet fits its slot");

int packets_init(struct packets *packets)
{
	void *slots = mmap(NULL, (size_t)PACKETS_MAX * PACKET_ROOM,
		PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	*packets = (struct packets){
		.slots = slots == MAP_FAILED ? NULL : slots,
		.heap = malloc((PACKETS_MAX + 1) * sizeof(struct packet)),
		.unused = malloc(PACKETS_MAX * sizeof(uint32_t)),
	};
	if (!packets->slots || !packets->heap || !packets->unused) {
		packets_release(packets);
		return -ENOMEM;
	}
	packets_clear(packets);
	return 0;
}

void packets_release(struct packets *packets)
{
	free(packets->heap);
	free(packets->unused);
	if (packets->slots)
		(void)munmap(packets->slots, (size_t)PACKETS_MAX * PACKET_ROOM);
	memset(packets, 0, sizeof(*packets));
}

void packets_clear(struct packets *packets)
{
	packets->count = 0;
	packets->unused_count = PACKETS_MAX;
	/* Slot 0 is the top, so that few pages are used. */
	for (uint32_t i = 0; i < PACKETS_MAX; i++)
		packets->unused[i] = PACKETS_MAX - 1 - i;
}

static unsigned char *slot_of(const struct packets *packets, uint32_t slot)
{
	return packets->slots + (size_t)slot * PACKET_ROOM;
}

unsigned char *packets_room(const struct packets *packets)
{
	return slot_of(packets, packets->unused[packets->unused_count - 1]);
}

static bool is_before(const struct packet *a, const struct packet *b)
{
	return a->due_ns < b->due_ns ||
		(a->due_ns == b->due_ns && a->number < b->number);
}

bool packets_add(struct packets *packets, uint64_t due_ns, uint64_t waited_ns,
	size_t bytes)
{
	struct packet packet = {
		.due_ns = due_ns,
		.number = packets->number,
		.waited_ns = waited_ns,
		.bytes = (uint32_t)bytes,
	};
	size_t place;

	/* The last slot is the room for the next packet. */
	if (packets->unused_count == 1)
		return false;
	packet.slot = packets->unused[--packets->unused_count];
	packets->number++;
	place = ++packets->count;
	for (; place > 1; place /= 2) {
		if (!is_before(&packet, &packets->heap[place / 2]))
			break;
		packets->heap[place] = packets->heap[place / 2];
	}
	packets->heap[place] = packet;
	return true;
}

uint64_t packets_due_ns(const struct packets *packets)
{
	return packets->count ? packets->heap[1].due_ns : UINT64_MAX;
}

const struct packet *packets_first(
	const struct packets *packets, const unsigned char **bytes)
{
	*bytes = slot_of(packets, packets->heap[1].slot);
	return &packets->heap[1];
}

void packets_remove(struct packets *packets)
{
	const struct packet last = packets->heap[packets->count];
	size_t place = 1, child;

	packets->unused[packets->unused_count++] = packets->heap[1].slot;
	packets->count--;
	while ((child = 2 * place) <= packets->count) {
		if (child < packets->count &&
			is_before(&packets->heap[child + 1],
				&packets->heap[child]))
			child++;
		if (!is_before(&packets->heap[child], &last))
			break;
		packets->heap[place] = packets->heap[child];
		place = child;
	}
	packets->heap[place] = last;
}
