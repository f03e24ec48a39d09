/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/ideal.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/trial/quota.h"

/* What a CPU takes of a quota at a time (sched_cfs_bandwidth_slice_us). */
static const double SLICE_NS = 5e6;
static const double PERIOD_NS = (double)QUOTA_PERIOD_US * 1e3;

int places_init(struct places *places, size_t count)
{
	*places = (struct places){
		.free_ns = calloc(count + 1, sizeof(*places->free_ns)),
		.count = count,
	};
	return places->free_ns ? 0 : -ENOMEM;
}

void places_release(struct places *places)
{
	free(places->free_ns);
	*places = (struct places){0};
}

void places_take(struct places *places, uint64_t until_ns)
{
	uint64_t *heap = places->free_ns;
	size_t at = 0, child;

	/* The new time of the root sinks into the heap. */
	while ((child = 2 * at + 1) < places->count) {
		if (child + 1 < places->count && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= until_ns)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = until_ns;
}

int ideal_makespan(uint64_t *makespan_ns, uint64_t *ends_ns,
	const uint64_t *delays_ns, const uint64_t *due_ns, size_t n,
	unsigned concurrency)
{
	struct places places;

	if (places_init(&places, n && concurrency > n ? n : concurrency) < 0)
		return -ENOMEM;
	*makespan_ns = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t at_ns = places_first(&places);

		if (due_ns && at_ns < due_ns[i])
			at_ns = due_ns[i];
		at_ns += delays_ns[i];
		if (at_ns > *makespan_ns)
			*makespan_ns = at_ns;
		if (ends_ns)
			ends_ns[i] = at_ns;
		places_take(&places, at_ns);
	}
	places_release(&places);
	return 0;
}

static int latest_first(const void *a, const void *b)
{
	const struct ideal_work *left = a, *right = b;

	return (left->answered_ns < right->answered_ns) -
		(left->answered_ns > right->answered_ns);
}

uint64_t ideal_cpu_ns(const struct ideal_cpus *cpus, double work_ns)
{
	double least_ns = work_ns / cpus->cpus;
	double burst_ns = 2 * cpus->quota * PERIOD_NS + cpus->cpus * SLICE_NS;

	if (cpus->quota < cpus->cpus)
		least_ns = fmax(least_ns, (work_ns - burst_ns) / cpus->quota);
	return (uint64_t)least_ns;
}

uint64_t ideal_work_bound(
	struct ideal_work *items, size_t n, const struct ideal_cpus *cpus)
{
	uint64_t bound_ns = 0, sum_ns = 0;

	qsort(items, n, sizeof(*items), latest_first);
	for (size_t i = 0; i < n; i++) {
		uint64_t alone_ns = items[i].answered_ns + items[i].work_ns;
		uint64_t shared_ns;

		sum_ns += items[i].work_ns;
		shared_ns = items[i].answered_ns +
			ideal_cpu_ns(cpus, (double)sum_ns);
		if (alone_ns > bound_ns)
			bound_ns = alone_ns;
		if (shared_ns > bound_ns)
			bound_ns = shared_ns;
	}
	return bound_ns;
}

uint64_t ideal_lower_bound(const uint64_t *delays_ns, const uint64_t *due_ns,
	size_t n, unsigned concurrency)
{
	uint64_t latest = 0, sum = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t end_ns = delays_ns[i] + (due_ns ? due_ns[i] : 0);

		sum += delays_ns[i];
		if (end_ns > latest)
			latest = end_ns;
	}
	sum /= concurrency;
	return sum > latest ? sum : latest;
}
