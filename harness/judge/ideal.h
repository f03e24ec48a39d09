/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is possible at all: how long n delays take at a concurrency, at zero
 * cost for everything else. Pure functions.
 */
#ifndef HARNESS_JUDGE_IDEAL_H
#define HARNESS_JUDGE_IDEAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * The makespan of a greedy schedule: items in order, each to the worker that
 * is free first (list scheduling: Graham, "Bounds on multiprocessing timing
 * anomalies", 1969), none before its time: due_ns has those of an open loop,
 * and is NULL in a closed one. concurrency >= 1. Returns 0 with *makespan_ns,
 * or -ENOMEM.
 */
int ideal_makespan(uint64_t *makespan_ns, const uint64_t *delays_ns,
	const uint64_t *due_ns, size_t n, unsigned concurrency);

/*
 * What no schedule can beat, in whatever order it takes the items:
 * max(latest time + its delay, sum of delays / concurrency), rounded down.
 */
uint64_t ideal_lower_bound(const uint64_t *delays_ns, const uint64_t *due_ns,
	size_t n, unsigned concurrency);

#endif
