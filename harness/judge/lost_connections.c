/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/lost_connections.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/client/retry.h"

bool lost_connection_is_cut(
	const struct account *account, const struct witness_row *row)
{
	return account_drawn(account, row).cut;
}

/* The sample of a row of this job; NULL: the row is of none. */
static const struct fr_sample *sample_of(
	const struct account *account, const struct witness_row *row)
{
	return row->trial == WITNESS_OURS && row->item < account->spec->n
		? &account->result->samples[row->item]
		: NULL;
}

/* Whether the row is of the last try of its item. */
static bool is_last_try(const struct account *account,
	const struct fr_sample *sample, const struct witness_row *row)
{
	return row->attempt > sample->retries || !account->spec->retry;
}

bool lost_connection_is_left(
	const struct account *account, const struct witness_row *row)
{
	const struct fr_sample *sample = sample_of(account, row);

	if (lost_connection_is_cut(account, row))
		return true;
	if (!sample)
		return false;
	return is_last_try(account, sample, row)
		? account_gave_up(sample)
		: account_may_have_timed_out(account, row->item, row->attempt);
}

bool lost_connection_is_ended(
	const struct account *account, const struct witness_row *row)
{
	const struct fr_sample *sample = sample_of(account, row);

	if (lost_connection_is_left(account, row))
		return true;
	if (!sample || is_last_try(account, sample, row))
		return false;
	return !account_is_whole(row) ||
		!retry_has_status(&account->spec->retry->spec, row->status);
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

int lost_connections_init(struct lost_connections *lost,
	const struct account *account, lost_connection_fn *is_such)
{
	const struct witness *witness = account->witness;

	*lost = (struct lost_connections){
		.list = calloc(witness->count + 1, sizeof(*lost->list))};
	if (!lost->list)
		return -ENOMEM;
	for (size_t r = 0; r < witness->count; r++)
		if (is_such(account, &witness->rows[r]))
			lost->list[lost->count++] = witness->rows[r].connection;
	qsort(lost->list, lost->count, sizeof(*lost->list), compare_numbers);
	return 0;
}

void lost_connections_release(struct lost_connections *lost)
{
	free(lost->list);
	*lost = (struct lost_connections){0};
}

bool lost_connections_have(
	const struct lost_connections *lost, const struct witness_row *row)
{
	return bsearch(&row->connection, lost->list, lost->count,
		       sizeof(*lost->list), compare_numbers) != NULL;
}
