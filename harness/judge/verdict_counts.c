/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many there were: of processes, outcomes, requests at once. */
#include "harness/judge/verdict.h"

#include <inttypes.h>

#include "harness/judge/room.h"

bool verdict_left_processes(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	unsigned left = account->result->left_behind;

	(void)row;
	return left &&
		verdict_fault(reason, size, "left %u process%s behind", left,
			left == 1 ? "" : "es");
}

bool verdict_skipped(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	size_t first = 0;

	if (row->not_run == 0)
		return false;
	while (account->result->samples[first].status != FR_NOT_RUN)
		first++;
	return verdict_fault(reason, size,
		"%" PRIu64 " of %zu items were never performed; "
		"the first is item %zu",
		row->not_run, account->spec->n, first);
}

bool verdict_counts_disagree(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t sum = row->ok + row->http_error + row->net_error +
		row->timeout + row->cancelled + row->not_run;

	return sum != account->spec->n &&
		verdict_fault(reason, size,
			"%zu items but %" PRIu64 " outcomes were recorded",
			account->spec->n, sum);
}

bool verdict_worker_unknown(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++)
		if (account->result->samples[i].worker >=
			account->spec->concurrency)
			return verdict_fault(reason, size,
				"item %zu has worker %" PRIu32 " of %u", i,
				account->result->samples[i].worker,
				account->spec->concurrency);
	return false;
}

bool verdict_too_many_in_flight(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	return row->peak_in_flight != FR_UNKNOWN &&
		row->peak_in_flight > account->spec->concurrency &&
		verdict_fault(reason, size,
			"%" PRIu64 " requests in flight at once; %u allowed",
			row->peak_in_flight, account->spec->concurrency);
}

/* A worker has one item at a time, so no mean can be above their number. */
bool verdict_too_many_in_mean(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	/* Rounding alone may make it a little more. */
	return row->mean_in_flight > 1.000001 * account->spec->concurrency &&
		verdict_fault(reason, size,
			"%.3f requests in flight in the mean, by its own "
			"stamps; %u allowed",
			row->mean_in_flight, account->spec->concurrency);
}

bool verdict_too_few_in_flight(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	return room_was_left(account, row) &&
		verdict_fault(reason, size,
			"never more than %" PRIu64 " requests in flight, "
			"though %u were to be and there was time to begin them",
			row->peak_in_flight, account->spec->concurrency);
}
