/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deadlines, the earliest first: a heap. Each timer knows its place in it, so
 * that it can be taken out again. Used by one thread.
 */
#ifndef MOCK_SERVER_TIMERS_H
#define MOCK_SERVER_TIMERS_H

#include <stddef.h>
#include <stdint.h>

/* Embedded in the struct that waits. Zeroed: not set. */
struct timer {
	/* Required. Called by timers_expire; the timer is no longer set. */
	void (*fire)(struct timer *timer);
	size_t place; /* in the heap, from 1; 0: not set */
};

/*
 * Holds the deadline itself: with thousands of timers, each look at a timer's
 * own would be a cache miss.
 */
struct timer_place {
	uint64_t deadline_ns; /* CLOCK_MONOTONIC */
	struct timer *timer;
};

struct timers {
	struct timer_place *heap; /* heap[0] is unused */
	size_t count, capacity;
};

void timers_init(struct timers *timers);
void timers_release(struct timers *timers);

/* Sets a timer that is not set. Returns 0 or -ENOMEM. */
int timers_set(struct timers *timers, struct timer *timer, uint64_t deadline_ns,
	void (*fire)(struct timer *timer));

/* Takes a timer out, if it is set. */
void timers_clear(struct timers *timers, struct timer *timer);

/* The earliest deadline, or UINT64_MAX. */
uint64_t timers_next(const struct timers *timers);

/* Fires the timers that are due at now_ns, by deadline. */
void timers_expire(struct timers *timers, uint64_t now_ns);

#endif
