/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For a build of io-uring.c of which each turn fills the ring: it is to go on
 * as if nothing were. Completions have the room that they always have.
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
