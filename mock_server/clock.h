/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one clock of delays and stamps. */
#ifndef MOCK_SERVER_CLOCK_H
#define MOCK_SERVER_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC; it cannot fail on Linux. */
static inline uint64_t clock_now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#endif
