/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that names every strategy: a line each. */
#include "strategies/builtin.h"

#include <stddef.h>

#define STRATEGIES(X)           \
	X(sequential)           \
	X(pthread_map)          \
	X(pthread_as_completed) \
	X(openmp)               \
	X(process_pool)         \
	X(epoll)                \
	X(null)

#define DECLARE(id) extern const struct fr_strategy id##_strategy;
#define ENTRY(id)   &id##_strategy,

STRATEGIES(DECLARE)

const struct fr_strategy *const fr_builtin[] = {STRATEGIES(ENTRY) NULL};
