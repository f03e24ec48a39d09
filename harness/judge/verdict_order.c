/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the order in which items were started, and of their workers. */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <stdlib.h>

#include "harness/client/sampler.h"

static bool no_memory(char *reason, size_t size)
{
	return verdict_fault(
		reason, size, "no memory to judge the order of the items");
}

/*
 * Items are handed out in order. When item i starts, all items before it have
 * been handed out, and those that have not started are held by the other
 * workers, of which there are concurrency - 1. If item i is the k-th to start
 * (from 0), at most k of the items before it have started, so at least i - k
 * have not. Each host takes the items of its share in this way.
 */
static size_t find_late(const struct share *share, const uint32_t *items,
	size_t count, size_t *taken, size_t *late)
{
	for (size_t k = 0; k < count; k++) {
		unsigned host = share_host(share, items[k]);
		size_t index = share_index(share, items[k]);
		size_t before = taken[host]++;

		*late = index - before;
		if (index >= before + share_places(share, host))
			return k;
	}
	return count;
}

bool verdict_out_of_order(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct share share = account_share(account);
	size_t count, found = 0, late = 0, item = 0;
	size_t *taken;
	unsigned places;
	uint32_t *items;

	(void)row;
	if (account_is_of_program(account))
		return false;
	items = account_started(account, &count);
	taken = calloc(share.hosts, sizeof(*taken));
	if (items && taken) {
		found = find_late(&share, items, count, taken, &late);
		item = found < count ? items[found] : 0;
	}
	free(items);
	free(taken);
	if (!items || !taken)
		return no_memory(reason, size);
	places = share_places(&share, share_host(&share, item));
	return found < count &&
		verdict_fault(reason, size,
			"item %zu was started before %zu items of lower "
			"number; a concurrency of %u allows %u",
			item, late, places, places - 1);
}

/*
 * Searches `items`, sorted by the start of their last try, for the first item
 * that its worker started before it was free of its previous item. Returns its
 * index with the previous item in *before, or count if there is none. `last` is
 * scratch: an entry for the latest item of each worker.
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
			sampler_tried_ns(sample) <
				account_freed_ns(
					account, &samples[**its_last])) {
			*before = **its_last;
			break;
		}
		*its_last = &items[k];
	}
	return k;
}

static int by_last_try(const void *a, const void *b, void *samples)
{
	const struct fr_sample *all = samples;
	uint64_t x = sampler_tried_ns(&all[*(const uint32_t *)a]);
	uint64_t y = sampler_tried_ns(&all[*(const uint32_t *)b]);

	return (x > y) - (x < y);
}

/* verdict_worker_unknown() has checked that workers are below concurrency. */
bool verdict_worker_overlaps(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const uint32_t **last;
	uint32_t *items, before = 0, item = 0;
	size_t count = 0, found = 0;

	(void)row;
	if (account_is_of_program(account))
		return false;
	items = account_started(account, &count);
	if (items && account->spec->retry)
		qsort_r(items, count, sizeof(*items), by_last_try,
			account->result->samples);
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
			"worker %" PRIu32 " performed items %" PRIu32
			" and %" PRIu32 " at the same time",
			account->result->samples[item].worker, before, item);
}
