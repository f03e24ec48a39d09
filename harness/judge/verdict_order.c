/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order items were begun, and by whom. */
#include "harness/judge/verdict_checks.h"

#include <inttypes.h>
#include <stdlib.h>

typedef int compare_fn(const void *a, const void *b, void *samples);

static int compare(uint64_t left, uint64_t right)
{
	return (left > right) - (left < right);
}

/* Items of one start were taken in their order: it is one stamp for all. */
static int by_start(const void *a, const void *b, void *samples)
{
	const struct fr_sample *all = samples;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	int order = compare(all[left].start_ns, all[right].start_ns);

	return order ? order : compare(left, right);
}

static int by_worker(const void *a, const void *b, void *samples)
{
	const struct fr_sample *all = samples;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	int order = compare(all[left].worker, all[right].worker);

	return order ? order : by_start(a, b, samples);
}

/* The items that were begun, sorted, for free(); NULL: no memory. */
static uint32_t *sort_items(
	size_t *count, const struct account *account, compare_fn *compare_items)
{
	struct fr_sample *samples = account->result->samples;
	uint32_t *items = calloc(account->spec->n, sizeof(*items));

	*count = 0;
	for (size_t i = 0; items && i < account->spec->n; i++)
		if (samples[i].status != FR_NOT_RUN)
			items[(*count)++] = (uint32_t)i;
	if (items)
		qsort_r(items, *count, sizeof(*items), compare_items, samples);
	return items;
}

static bool no_memory(char *reason, size_t size)
{
	return verdict_fault(
		reason, size, "no memory to judge the order of the items");
}

/* A program's samples are the witness's, so their workers are made up. */
static bool is_of_a_program(const struct account *account)
{
	return account->spec->strategy->flags & FR_WITNESS_SAMPLES;
}

/*
 * Items are handed out in order, so of those in front of one that begins all
 * have been handed out, and the ones not begun yet are in other workers' hands.
 * It is enough to look as the k-th begins: whichever is the furthest so far has
 * begun then, and its number less k are missing.
 */
bool verdict_out_of_order(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	unsigned concurrency = account->spec->concurrency;
	size_t count, late = 0, item = 0;
	uint32_t *items;

	(void)row;
	if (is_of_a_program(account))
		return false;
	items = sort_items(&count, account, by_start);
	if (!items)
		return no_memory(reason, size);
	for (size_t k = 0; k < count && !late; k++) {
		item = items[k];
		if (item >= k + concurrency)
			late = item - k;
	}
	free(items);
	return late &&
		verdict_fault(reason, size,
			"item %zu was begun before %zu in front of it; at a "
			"concurrency of %u only %u can be in hand",
			item, late, concurrency, concurrency - 1);
}

bool verdict_worker_overlaps(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_sample *samples = account->result->samples;
	bool overlaps = false;
	uint32_t *items, first = 0, second = 0;
	size_t count;

	(void)row;
	if (is_of_a_program(account))
		return false;
	items = sort_items(&count, account, by_worker);
	if (!items)
		return no_memory(reason, size);
	for (size_t k = 1; k < count && !overlaps; k++) {
		first = items[k - 1];
		second = items[k];
		overlaps = samples[first].worker == samples[second].worker &&
			samples[second].start_ns < samples[first].end_ns;
	}
	free(items);
	return overlaps &&
		verdict_fault(reason, size,
			"worker %" PRIu32 " had items %" PRIu32 " and %" PRIu32
			" in hand at once",
			samples[first].worker, first, second);
}
