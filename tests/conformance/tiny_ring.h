/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For a build of io-uring.c in which each turn fills the submission ring. The
 * strategy must work all the same. The ring of completions has its usual size.
 */
#ifndef TESTS_CONFORMANCE_TINY_RING_H
#define TESTS_CONFORMANCE_TINY_RING_H

#include <liburing.h>

static inline int tiny_ring(
	unsigned entries, struct io_uring *ring, struct io_uring_params *params)
{
	params->flags |= IORING_SETUP_CQSIZE;
	params->cq_entries = 2 * entries;
	return io_uring_queue_init_params(1, ring, params);
}
#define io_uring_queue_init_params tiny_ring

#endif
