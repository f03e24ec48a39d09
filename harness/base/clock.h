/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clock of all stamps: CLOCK_MONOTONIC, the same for all processes. */
#ifndef HARNESS_BASE_CLOCK_H
#define HARNESS_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_S  UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

/* The time of a clock of clock_gettime(2) that this system has. */
static inline uint64_t clock_read_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

/*
 * The milliseconds until then, rounded up, for poll(2): 0 if the time is over,
 * and at most 1000 s, after which the caller asks again.
 */
static inline int clock_ms_until(uint64_t then_ns)
{
	uint64_t now = clock_ns();
	uint64_t ms = (then_ns - now + NS_PER_MS - 1) / NS_PER_MS;

	if (now >= then_ns)
		return 0;
	return ms > 1000000 ? 1000000 : (int)ms;
}

#endif
