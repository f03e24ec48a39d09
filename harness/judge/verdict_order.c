/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which order items were started, and by whom. */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <stdlib.h>

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
 * have been handed out, and the ones not started yet are in other workers'
 * hands. It is enough to look as the k-th begins: whichever is the furthest so
 * far has started then, and its number less k are missing.
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
	items = account_started(account, &count);
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
			"item %zu was started before %zu in front of it; at a "
			"concurrency of %u only %u can be in hand",
			item, late, concurrency, concurrency - 1);
}

/*
 * The place in `items`, which are in the order of their starts, of the first that
 * its worker began before it had ended the one before, *before; count: none.
 * `last` has room for what each worker had in hand last.
 */
static size_t find_overlap(const struct account *account, const uint32_t *items,
	size_t count, const uint32_t **last, uint32_t *before)
{
	const struct fr_sample *samples = account->result->samples;
	size_t k = 0;

	for (; k < count; k++) {
		const struct fr_sample *sample = &samples[items[k]];
		const uint32_t **its_last = &last[sample->worker];

		if (*its_last &&
			sample->start_ns < samples[**its_last].end_ns) {
			*before = **its_last;
			break;
		}
		*its_last = &items[k];
	}
	return k;
}

/* verdict_worker_unknown has been asked: there are as many as the concurrency. */
bool verdict_worker_overlaps(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const uint32_t **last;
	uint32_t *items, before = 0, item = 0;
	size_t count = 0, found = 0;

	(void)row;
	if (is_of_a_program(account))
		return false;
	items = account_started(account, &count);
	last = calloc(account->spec->concurrency, sizeof(*last));
	if (items && last) {
		found = find_overlap(account, items, count, last, &before);
		item = found < count ? items[found] : 0;
	}
	free(items);
	free(last);
	if (!items || !last)
		return no_memory(reason, size);
	return found < count &&
		verdict_fault(reason, size,
			"worker %" PRIu32 " had items %" PRIu32 " and %" PRIu32
			" in hand at once",
			account->result->samples[item].worker, before, item);
}
