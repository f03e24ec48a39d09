/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/timers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 64, CHILDREN = 4 };

void timers_init(struct timers *timers)
{
	memset(timers, 0, sizeof(*timers));
}

void timers_release(struct timers *timers)
{
	free(timers->heap);
	timers_init(timers);
}

/*
 * Four children to a parent: half as many levels as with two, each of which
 * costs a store into the timer that moves.
 */
static size_t parent_of(size_t place)
{
	return (place + 2) / CHILDREN;
}

static size_t first_child_of(size_t place)
{
	return place * CHILDREN - 2;
}

static void put(struct timers *timers, size_t place, struct timer_place entry)
{
	timers->heap[place] = entry;
	entry.timer->place = place;
}

static void sift_up(
	struct timers *timers, size_t place, struct timer_place entry)
{
	while (place > 1) {
		size_t parent = parent_of(place);

		if (timers->heap[parent].deadline_ns <= entry.deadline_ns)
			break;
		put(timers, place, timers->heap[parent]);
		place = parent;
	}
	put(timers, place, entry);
}

/* The child that is due first; 0: there is none. */
static size_t earliest_child(const struct timers *timers, size_t place)
{
	size_t child = first_child_of(place), end = child + CHILDREN;
	size_t earliest = child;

	if (child > timers->count)
		return 0;
	if (end > timers->count + 1)
		end = timers->count + 1;
	while (++child < end)
		if (timers->heap[child].deadline_ns <
			timers->heap[earliest].deadline_ns)
			earliest = child;
	return earliest;
}

static void sift_down(
	struct timers *timers, size_t place, struct timer_place entry)
{
	size_t child;

	while ((child = earliest_child(timers, place)) != 0 &&
		timers->heap[child].deadline_ns < entry.deadline_ns) {
		put(timers, place, timers->heap[child]);
		place = child;
	}
	put(timers, place, entry);
}

int timers_set(struct timers *timers, struct timer *timer, uint64_t deadline_ns,
	void (*fire)(struct timer *timer))
{
	if (timers->count + 1 >= timers->capacity) {
		size_t capacity = timers->capacity ? timers->capacity * 2
						   : FIRST_CAPACITY;
		struct timer_place *heap =
			realloc(timers->heap, capacity * sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		timers->heap = heap;
		timers->capacity = capacity;
	}
	timer->fire = fire;
	sift_up(timers, ++timers->count,
		(struct timer_place){deadline_ns, timer});
	return 0;
}

void timers_clear(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;
	struct timer_place last;

	if (!place)
		return;
	timer->place = 0;
	last = timers->heap[timers->count--];
	if (place > timers->count)
		return; /* it was the last one */
	if (last.deadline_ns < timers->heap[place].deadline_ns)
		sift_up(timers, place, last);
	else
		sift_down(timers, place, last);
}

uint64_t timers_next(const struct timers *timers)
{
	return timers->count ? timers->heap[1].deadline_ns : UINT64_MAX;
}

void timers_expire(struct timers *timers, uint64_t now_ns)
{
	while (timers_next(timers) <= now_ns) {
		struct timer *timer = timers->heap[1].timer;

		timers_clear(timers, timer);
		timer->fire(timer);
	}
}
