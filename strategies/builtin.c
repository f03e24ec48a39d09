/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that names every strategy: a line each. */
#include "strategies/builtin.h"

#include <stddef.h>

/* Left out of the build where liburing is missing. */
#ifdef FLAGRACE_URING
#define URING(X) X(io_uring)
#else
#define URING(X)
#endif

#define STRATEGIES(X)           \
	X(sequential)           \
	X(pthread_map)          \
	X(pthread_as_completed) \
	X(openmp)               \
	X(process_pool)         \
	X(epoll)                \
	URING(X)                \
	X(pipelining)           \
	X(null)

#define DECLARE(id) extern const struct fr_strategy id##_strategy;
#define ENTRY(id)   &id##_strategy,

STRATEGIES(DECLARE)

const struct fr_strategy *const fr_builtin[] = {STRATEGIES(ENTRY) NULL};
