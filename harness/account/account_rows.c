/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a joined account says of a sample, of an item's rows, and of a row. */
#include "harness/account/account.h"

uint64_t account_answered_ns(const struct fr_sample *sample)
{
	return sample->answered_ns ? sample->answered_ns : sample->end_ns;
}

uint64_t account_freed_ns(
	const struct account *account, const struct fr_sample *sample)
{
	return account->spec->strategy->flags & FR_WORK_APART
		? account_answered_ns(sample)
		: sample->end_ns;
}

bool account_gave_up(const struct fr_sample *sample)
{
	return sample->status == FR_TIMEOUT || sample->status == FR_NET_ERROR ||
		sample->status == FR_CANCELLED;
}

uint64_t account_intended_ns(const struct account *account, size_t i)
{
	return account->spec->due_ns
		? account->result->t0_ns + account->spec->due_ns[i]
		: account->result->samples[i].start_ns;
}

struct share account_share(const struct account *account)
{
	const struct trial_spec *spec = account->spec;
	unsigned hosts = account->result->host_count;

	return (struct share){spec->n, spec->concurrency, hosts ? hosts : 1};
}

uint64_t account_clock_bound_ns(const struct account *account, size_t i)
{
	const struct share share = account_share(account);
	const struct trial_host *hosts = account->result->hosts;

	return hosts ? hosts[share_host(&share, i)].bound_ns : 0;
}

uint64_t account_clock_bound_most_ns(const struct account *account)
{
	const struct trial_result *result = account->result;
	uint64_t most_ns = 0;

	for (unsigned h = 0; h < result->host_count; h++)
		if (result->hosts[h].bound_ns > most_ns)
			most_ns = result->hosts[h].bound_ns;
	return most_ns;
}

static const struct witness_row *row_at(
	const struct account *account, uint32_t number)
{
	return number ? &account->witness->rows[number - 1] : NULL;
}

const struct witness_row *account_last(const struct account *account, size_t i)
{
	return row_at(account, account->last[i]);
}

const struct witness_row *account_served(
	const struct account *account, size_t i)
{
	const struct witness_row *row = account_last(account, i);

	return row && row->attempt > account->result->samples[i].retries ? row
									 : NULL;
}

const struct witness_row *account_earlier(
	const struct account *account, const struct witness_row *row)
{
	return row_at(account, account->earlier[row - account->witness->rows]);
}

struct mock_answer account_drawn(
	const struct account *account, const struct witness_row *row)
{
	const struct mock_schedule *schedule = account->spec->schedule;

	if (row->fault == WITNESS_LIMIT || row->fault == WITNESS_REFUSED)
		return (struct mock_answer){.delay_ns = 0};
	return schedule ? mock_schedule_draw(schedule, row->item, row->attempt)
			: (struct mock_answer){.delay_ns = row->delay_ns};
}

struct try_rows account_try(const struct account *account, size_t i, unsigned k)
{
	const struct witness_row *row = account_last(account, i);
	struct try_rows rows = {NULL, NULL};

	while (row && row->attempt > k)
		row = account_earlier(account, row);
	for (; row && row->attempt == k; row = account_earlier(account, row)) {
		/* What was refused was not processed: it came for nothing. */
		if (row->fault != WITNESS_REFUSED || !rows.first)
			rows.first = row;
		if (!rows.last)
			rows.last = row;
	}
	return rows;
}
