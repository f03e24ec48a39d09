/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/timers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64 };

void timers_init(struct timers *timers)
{
	memset(timers, 0, sizeof(*timers));
}

void timers_release(struct timers *timers)
{
	free(timers->heap);
	timers_init(timers);
}

static void put(struct timers *timers, size_t place, struct timer *timer)
{
	timers->heap[place] = timer;
	timer->place = place;
}

static void sift_up(struct timers *timers, size_t place, struct timer *timer)
{
	for (; place > 1; place /= 2) {
		struct timer *parent = timers->heap[place / 2];

		if (parent->deadline_ns <= timer->deadline_ns)
			break;
		put(timers, place, parent);
	}
	put(timers, place, timer);
}

static void sift_down(struct timers *timers, size_t place, struct timer *timer)
{
	for (;;) {
		size_t child = place * 2;

		if (child > timers->count)
			break;
		if (child < timers->count &&
			timers->heap[child + 1]->deadline_ns <
				timers->heap[child]->deadline_ns)
			child++;
		if (timers->heap[child]->deadline_ns >= timer->deadline_ns)
			break;
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, timer);
}

int timers_set(struct timers *timers, struct timer *timer, uint64_t deadline_ns,
	void (*fire)(struct timer *timer))
{
	if (timers->count + 1 >= timers->capacity) {
		size_t capacity = timers->capacity ? timers->capacity * 2
						   : FIRST_CAPACITY;
		struct timer **heap = realloc(
			timers->heap, capacity * sizeof(struct timer *));

		if (!heap)
			return -ENOMEM;
		timers->heap = heap;
		timers->capacity = capacity;
	}
	timer->deadline_ns = deadline_ns;
	timer->fire = fire;
	sift_up(timers, ++timers->count, timer);
	return 0;
}

void timers_clear(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	struct timer *last;

	if (!place)
		return;
	timer->place = 0;
	last = timers->heap[timers->count--];
	if (last == timer)
		return;
	if (last->deadline_ns < timer->deadline_ns)
		sift_up(timers, place, last);
	else
		sift_down(timers, place, last);
}

uint64_t timers_next(const struct timers *timers)
{
	return timers->count ? timers->heap[1]->deadline_ns : UINT64_MAX;
}

void timers_expire(struct timers *timers, uint64_t now_ns)
{
	while (timers_next(timers) <= now_ns) {
		struct timer *timer = timers->heap[1];

		timers_clear(timers, timer);
		timer->fire(timer);
	}
}
