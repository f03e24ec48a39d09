/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The draws of a link: what becomes of packet k of a direction is a function of
 * (seed, direction, k) alone. Pure.
 */
#ifndef LINK_DRAW_H
#define LINK_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "link/link.h"

/* What is drawn. Each has draws of its own, independent of the other's. */
enum link_stream { LINK_LOSS, LINK_JITTER };

/*
 * The finaliser of SplitMix64: a bijection of 64 bits in which every input bit
 * changes every output bit with probability near one half.
 * Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
 */
static inline uint64_t link_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* A number below `end`, each as likely as another; end < 2^36. */
static inline uint64_t link_draw(enum link_stream stream, uint64_t seed,
	enum link_way way, uint64_t packet, uint64_t end)
{
	uint64_t start =
		link_mix(seed) + (uint64_t)stream * LINK_WAYS + (uint64_t)way;
	uint64_t bits = link_mix(link_mix(start) ^ packet);

	/* 28 bits of the draw times 36 of the range fit 64. */
	return (bits >> 36) * end >> 28;
}

#endif
