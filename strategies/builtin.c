/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that names every strategy: a line each. */
#include "strategies/builtin.h"

#include <stddef.h>

/* Left out of the build where their library is missing (optional.cmake). */
#ifdef BUILD_OPENMP
#define OPENMP(X) X(openmp) X(openmp_task)
#else
#define OPENMP(X)
#endif
#ifdef BUILD_URING
#define URING(X) X(io_uring)
#else
#define URING(X)
#endif
#ifdef BUILD_NGHTTP2
#define HTTP2(X) X(http2) X(multi_h2)
#else
#define HTTP2(X)
#endif

#define STRATEGIES(X)           \
	X(sequential)           \
	X(thread_per_request)   \
	X(pthread_map)          \
	X(pthread_as_completed) \
	OPENMP(X)               \
	X(process_pool)         \
	X(fork_per_request)     \
	X(multi_poll)           \
	X(multi_epoll)          \
	X(coroutine)            \
	X(reactors)             \
	X(aimd)                 \
	X(gradient)             \
	X(multi_offload)        \
	X(process_offload)      \
	X(epoll)                \
	X(epoll_offload)        \
	URING(X)                \
	HTTP2(X)                \
	X(pipelining)           \
	X(null)

#define DECLARE(id) extern const struct fr_strategy id##_strategy;
#define ENTRY(id)   &id##_strategy,

STRATEGIES(DECLARE)

const struct fr_strategy *const fr_builtin[] = {STRATEGIES(ENTRY) NULL};
