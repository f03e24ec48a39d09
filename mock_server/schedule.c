/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/schedule.h"

#include "mock_server/mock_server.h"
#include "mock_server/portable.h"

/*
 * The finaliser of SplitMix64: a bijection of 64 bits in which every input bit
 * changes every output bit with probability near one half.
 * Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

double schedule_draw(enum schedule_stream stream, uint64_t seed, uint64_t item,
	uint64_t attempt)
{
	/* Delays use the seed itself, so that old runs can be repeated. */
	uint64_t start =
		stream == SCHEDULE_DELAY ? seed : mix(seed) + (uint64_t)stream;
	uint64_t bits = mix(mix(mix(start) ^ item) ^ attempt);

	return (double)(bits >> 11) * 0x1p-53;
}

double mock_draw_wait(uint64_t seed, uint64_t item, uint64_t attempt)
{
	return schedule_draw(SCHEDULE_WAIT, seed, item, attempt);
}

double mock_exponential(double mean, double u)
{
	return -mean * portable_log1p(-u);
}
