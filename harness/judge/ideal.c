/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/ideal.h"

#include <errno.h>
#include <stdlib.h>

/* Lets the root of a min-heap sink to its place. */
static void sink(uint64_t *heap, size_t size)
{
	size_t at = 0;

	for (;;) {
		size_t least = at;

		for (size_t child = 2 * at + 1; child <= 2 * at + 2; child++)
			if (child < size && heap[child] < heap[least])
				least = child;
		if (least == at)
			return;
		uint64_t held = heap[at];
		heap[at] = heap[least];
		heap[least] = held;
		at = least;
	}
}

int ideal_makespan(uint64_t *makespan_ns, const uint64_t *delays_ns,
	const uint64_t *due_ns, size_t n, unsigned concurrency)
{
	size_t workers = concurrency < n ? concurrency : n;
	/* When each worker is free; the root is the first. */
	uint64_t *free_ns = calloc(workers + 1, sizeof(*free_ns));

	if (!free_ns)
		return -ENOMEM;
	*makespan_ns = 0;
	for (size_t i = 0; i < n; i++) {
		if (due_ns && free_ns[0] < due_ns[i])
			free_ns[0] = due_ns[i];
		free_ns[0] += delays_ns[i];
		if (free_ns[0] > *makespan_ns)
			*makespan_ns = free_ns[0];
		sink(free_ns, workers);
	}
	free(free_ns);
	return 0;
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
