/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one clock of delays and stamps. */
#ifndef MOCK_SERVER_CLOCK_H
#define MOCK_SERVER_CLOCK_H

#include <stdint.h>
#include <time.h>

/* The time of a clock that every Linux has, so it cannot fail. */
static inline uint64_t clock_read_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t clock_now_ns(void)
{
	return clock_read_ns(CLOCK_MONOTONIC);
}

#endif
