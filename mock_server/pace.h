/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many bytes a limited speed allows, and when more of them. Pure. */
#ifndef MOCK_SERVER_PACE_H
#define MOCK_SERVER_PACE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes go in steps of a millisecond's worth, a byte at least: who has sent a
 * step has nothing to send until the next, and others have their turn.
 */
static inline size_t pace_step(uint64_t bytes_per_s)
{
	return bytes_per_s / 1000 ? (size_t)(bytes_per_s / 1000) : 1;
}

/* How many of `total` bytes may have gone after elapsed_ns. */
static inline size_t pace_allowed(
	uint64_t bytes_per_s, uint64_t elapsed_ns, size_t total)
{
	double bytes = (double)bytes_per_s * ((double)elapsed_ns / 1e9);

	if (bytes >= (double)total)
		return total;
	return (size_t)bytes - (size_t)bytes % pace_step(bytes_per_s);
}

/*
 * When to look again, in ns since the start, with `sent` of `total` bytes
 * gone: when the next step may go, or the last bytes.
 */
static inline uint64_t pace_next_ns(
	uint64_t bytes_per_s, size_t sent, size_t total)
{
	size_t step = pace_step(bytes_per_s);
	size_t next = sent - sent % step + step;
	double wanted = (double)(next < total ? next : total);

	return (uint64_t)(wanted * 1e9 / (double)bytes_per_s) + 1;
}

#endif
