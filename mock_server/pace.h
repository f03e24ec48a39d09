/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many bytes a limited speed allows, and when more of them. Pure. */
#ifndef MOCK_SERVER_PACE_H
#define MOCK_SERVER_PACE_H

#include <stddef.h>
#include <stdint.h>

/* How many of `total` bytes may have gone after elapsed_ns. */
static inline size_t pace_allowed(
	uint64_t bytes_per_s, uint64_t elapsed_ns, size_t total)
{
	double bytes = (double)bytes_per_s * ((double)elapsed_ns / 1e9);

	return bytes < (double)total ? (size_t)bytes : total;
}

/*
 * When to look again, in ns since the start, with `sent` of `total` bytes
 * gone: in steps of a millisecond's worth, a byte at least.
 */
static inline uint64_t pace_next_ns(
	uint64_t bytes_per_s, size_t sent, size_t total)
{
	uint64_t step = bytes_per_s / 1000 ? bytes_per_s / 1000 : 1;
	size_t left = total - sent;
	double wanted = (double)(sent + (step < left ? (size_t)step : left));

	return (uint64_t)(wanted * 1e9 / (double)bytes_per_s) + 1;
}

#endif
