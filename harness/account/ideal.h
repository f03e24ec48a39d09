/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least time a job can take: how long n delays take at a concurrency, and
 * the CPU work behind them on the CPUs there are, if everything else costs
 * nothing. Pure functions.
 */
#ifndef HARNESS_ACCOUNT_IDEAL_H
#define HARNESS_ACCOUNT_IDEAL_H

#include <stddef.h>
#include <stdint.h>

/*
 * The places of a greedy schedule: a heap of the times at which each place is
 * free, the earliest at its root. Times count from the schedule's beginning.
 */
struct places {
	uint64_t *free_ns; /* count + 1 entries */
	size_t count;
};

/* All free at 0; count >= 1. Returns 0, or -ENOMEM with nothing to release. */
int places_init(struct places *places, size_t count);
void places_release(struct places *places);

/* When the place that is free first is free. */
static inline uint64_t places_first(const struct places *places)
{
	return places->free_ns[0];
}

/* Occupies the place that is free first until then. */
void places_take(struct places *places, uint64_t until_ns);

/*
 * The makespan of a greedy schedule: each item in order goes to the worker that
 * is free first (list scheduling: Graham, "Bounds on multiprocessing timing
 * anomalies", 1969), but not before its scheduled start in due_ns, which is
 * NULL in a closed loop. concurrency >= 1. ends_ns[i] becomes the end of item
 * i; ends_ns may be NULL. Returns 0 with *makespan_ns, or -ENOMEM.
 */
int ideal_makespan(uint64_t *makespan_ns, uint64_t *ends_ns,
	const uint64_t *delays_ns, const uint64_t *due_ns, size_t n,
	unsigned concurrency);

/* The CPU work on an item, which cannot begin before the item is answered. */
struct ideal_work {
	uint64_t answered_ns, work_ns;
};

/* The CPUs for the work. */
struct ideal_cpus {
	double cpus;  /* that may be used at once; > 0 */
	double quota; /* CPU time a second, in CPUs; no quota: cpus or more */
};

/*
 * The least time in which that much CPU time can be used. A quota is counted in
 * periods (quota.h). Two of them may fall together at the ends of the time, and
 * a CPU may have kept a slice of an earlier one.
 */
uint64_t ideal_cpu_ns(const struct ideal_cpus *cpus, double work_ns);

/*
 * A time that no schedule of the work can beat, in whatever order and pieces it
 * does the work: for each instant t, t + the least time of the work on items
 * answered at t or later (W. A. Horn, "Some simple scheduling algorithms",
 * 1974); and for each item, its answer + its work. Sorts the items by their
 * answers, the latest first.
 */
uint64_t ideal_work_bound(
	struct ideal_work *items, size_t n, const struct ideal_cpus *cpus);

/*
 * A time that no schedule can beat, in whatever order it takes the items:
 * max(latest scheduled start + its delay, sum of delays / concurrency),
 * rounded down.
 */
uint64_t ideal_lower_bound(const uint64_t *delays_ns, const uint64_t *due_ns,
	size_t n, unsigned concurrency);

#endif
