/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of counts: of processes, outcomes and requests in flight. */
#include "harness/judge/verdict.h"

#include <inttypes.h>

#include "harness/judge/underuse.h"

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
				"item %zu has worker %" PRIu32
				"; the highest number is %u",
				i, account->result->samples[i].worker,
				account->spec->concurrency - 1);
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

/* A worker has one item at a time, so the mean cannot exceed the workers. */
bool verdict_too_many_in_mean(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	/* The factor allows for rounding. */
	return row->mean_in_flight > 1.000001 * account->spec->concurrency &&
		verdict_fault(reason, size,
			"%.3f requests in flight on average, by the client's "
			"times; %u allowed",
			row->mean_in_flight, account->spec->concurrency);
}

bool verdict_too_few_in_flight(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	return underuse_by_choice(account, row) &&
		verdict_fault(reason, size,
			"at most %" PRIu64 " of %u allowed requests were in "
			"flight at once, although there was time to start more",
			row->peak_in_flight, account->spec->concurrency);
}
