/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/work.h"

#include <stdio.h>

#include "harness/base/clock.h"

enum { BURSTS = 20 };
#define BURST_NS ((uint64_t)2 * NS_PER_MS)

void work_file_name(char name[WORK_FILE_MAX], size_t i)
{
	(void)snprintf(name, WORK_FILE_MAX, "%zu", i);
}

/* The finaliser of SplitMix64, as in mock_server/schedule.c. */
static inline uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

uint64_t work_start(size_t i, uint64_t body_hash)
{
	return mix(body_hash) ^ i;
}

/* One copy of the loop, so that all callers run the same instructions. */
__attribute__((noinline)) uint64_t work_rounds(uint64_t start, uint64_t rounds)
{
	uint64_t x = start;

	for (uint64_t round = 0; round < rounds; round++)
		x = mix(x);
	return x;
}

/* The CPU time of the rounds, at least 1 ns. */
static uint64_t burst_ns(uint64_t rounds)
{
	uint64_t begin = clock_read_ns(CLOCK_THREAD_CPUTIME_ID), took;
	volatile uint64_t result = work_rounds(begin, rounds);

	(void)result;
	took = clock_read_ns(CLOCK_THREAD_CPUTIME_ID) - begin;
	return took ? took : 1;
}

uint64_t work_measure_rounds_per_ms(void)
{
	uint64_t rounds = 1 << 16, least_ns = UINT64_MAX, per_ms;

	while (burst_ns(rounds) < BURST_NS)
		rounds *= 2;
	for (int i = 0; i < BURSTS; i++) {
		uint64_t took = burst_ns(rounds);

		if (took < least_ns)
			least_ns = took;
	}
	per_ms = rounds * NS_PER_MS / least_ns;
	return per_ms ? per_ms : 1;
}
