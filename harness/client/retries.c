/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A heap of the items that wait for their next try, the first due at its root. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>

struct fr_retries {
	const struct fr_job *job;
	size_t count;
	size_t items
		[]; /* job->n; pages that are never touched take no memory */
};

int fr_retries_open(struct fr_retries **out, const struct fr_job *job)
{
	struct fr_retries *retries;

	*out = NULL;
	if (!job->retry)
		return 0;
	retries = calloc(1, sizeof(*retries) + job->n * sizeof(size_t));
	if (!retries)
		return -ENOMEM;
	retries->job = job;
	*out = retries;
	return 0;
}

void fr_retries_close(struct fr_retries *retries)
{
	free(retries);
}

static bool is_before(const struct fr_retries *retries, size_t a, size_t b)
{
	return retries->job->samples[a].due_ns <
		retries->job->samples[b].due_ns;
}

void fr_retries_put(struct fr_retries *retries, size_t i)
{
	size_t *heap = retries->items, at = retries->count++;

	for (; at && is_before(retries, i, heap[(at - 1) / 2]);
		at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = i;
}

uint64_t fr_retries_due_in_ns(const struct fr_retries *retries)
{
	return retries && retries->count
		? fr_due_in_ns(retries->job, retries->items[0])
		: UINT64_MAX;
}

bool fr_retries_take(struct fr_retries *retries, size_t *i)
{
	size_t *heap, at = 0, child, last;

	if (fr_retries_due_in_ns(retries) > 0)
		return false;
	heap = retries->items;
	*i = heap[0];
	last = heap[--retries->count];
	while ((child = 2 * at + 1) < retries->count) {
		if (child + 1 < retries->count &&
			is_before(retries, heap[child + 1], heap[child]))
			child++;
		if (!is_before(retries, heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return true;
}
