/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many bytes a limited speed allows to be sent, and when. Pure. */
#ifndef MOCK_SERVER_PACE_H
#define MOCK_SERVER_PACE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Bytes are sent in steps of a millisecond's worth, at least one byte. Between
 * two steps there is nothing to send, and other connections have their turn.
 */
static inline size_t pace_step(uint64_t bytes_per_s)
{
	return bytes_per_s / 1000 ? (size_t)(bytes_per_s / 1000) : 1;
}

/* How many of `total` bytes may have been sent after elapsed_ns. */
static inline size_t pace_allowed(
	uint64_t bytes_per_s, uint64_t elapsed_ns, size_t total)
{
	double bytes = (double)bytes_per_s * ((double)elapsed_ns / 1e9);

	if (bytes >= (double)total)
		return total;
	return (size_t)bytes - (size_t)bytes % pace_step(bytes_per_s);
}

/*
 * When, in ns since the start, the next step or the last bytes may be sent, if
 * `sent` of `total` bytes have been.
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
