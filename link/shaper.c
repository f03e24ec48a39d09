/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "link/shaper.h"

#include <errno.h>
#include <stdlib.h>

#include "link/draw.h"

#define NS_PER_S 1000000000u
enum { PPM = 1000000 };

int shaper_init(struct shaper *shaper, enum link_way way, size_t capacity)
{
	*shaper = (struct shaper){.way = way, .capacity = capacity};
	shaper->starts = malloc(capacity * sizeof(*shaper->starts));
	return shaper->starts ? 0 : -ENOMEM;
}

void shaper_release(struct shaper *shaper)
{
	free(shaper->starts);
	shaper->starts = NULL;
}

void shaper_reset(
	struct shaper *shaper, const struct link_direction *spec, uint64_t seed)
{
	*shaper = (struct shaper){
		.spec = *spec,
		.way = shaper->way,
		.seed = seed,
		.starts = shaper->starts,
		.capacity = shaper->capacity,
	};
}

/* Forgets the packets that have begun to be sent by now. */
static void pass_time(struct shaper *shaper, uint64_t now_ns)
{
	while (shaper->waiting && shaper->starts[shaper->first] <= now_ns) {
		shaper->first = (shaper->first + 1) & (shaper->capacity - 1);
		shaper->waiting--;
	}
}

/* Whether a packet that would be sent at start_ns finds no room. */
static bool is_full(
	const struct shaper *shaper, uint64_t now_ns, uint64_t start_ns)
{
	const struct link_direction *spec = &shaper->spec;

	if (start_ns == now_ns)
		return false;
	return shaper->waiting == shaper->capacity ||
		(spec->queue_packets &&
			shaper->waiting >= spec->queue_packets) ||
		(spec->queue_ns && start_ns - now_ns > spec->queue_ns);
}

/* Sends a packet at start_ns, and returns when its last bit has left. */
static uint64_t send(
	struct shaper *shaper, uint64_t now_ns, uint64_t start_ns, size_t bytes)
{
	uint64_t rate = shaper->spec.rate_bits;
	uint64_t work = (uint64_t)bytes * 8 * NS_PER_S;

	if (start_ns > now_ns)
		shaper->starts[(shaper->first + shaper->waiting++) &
			(shaper->capacity - 1)] = start_ns;
	else
		shaper->rest = 0;
	work += shaper->rest;
	shaper->free_ns = start_ns + work / rate;
	shaper->rest = work % rate;
	return shaper->free_ns;
}

/* When a packet arrives that has left the link's beginning at sent_ns. */
static uint64_t travel(struct shaper *shaper, uint64_t packet, uint64_t sent_ns)
{
	const struct link_direction *spec = &shaper->spec;
	uint64_t due_ns = sent_ns + spec->delay_ns;

	if (spec->jitter_ns)
		due_ns += link_draw(LINK_JITTER, shaper->seed, shaper->way,
			packet, spec->jitter_ns + 1);
	if (due_ns < shaper->last_due_ns && !spec->reorder)
		due_ns = shaper->last_due_ns;
	shaper->last_due_ns = due_ns;
	return due_ns;
}

enum link_fate shaper_admit(
	struct shaper *shaper, uint64_t now_ns, size_t bytes, uint64_t *due_ns)
{
	uint64_t packet = shaper->arrived++, start_ns = now_ns;

	if (link_draw(LINK_LOSS, shaper->seed, shaper->way, packet, PPM) <
		shaper->spec.loss_ppm)
		return LINK_LOST;
	if (shaper->spec.rate_bits) {
		pass_time(shaper, now_ns);
		if (shaper->free_ns > now_ns)
			start_ns = shaper->free_ns;
		if (is_full(shaper, now_ns, start_ns))
			return LINK_FULL;
		start_ns = send(shaper, now_ns, start_ns, bytes);
	}
	*due_ns = travel(shaper, packet, start_ns);
	return LINK_PASSES;
}
