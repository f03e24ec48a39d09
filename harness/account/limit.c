/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/limit.h"

static uint64_t count(const struct account *account, bool refused)
{
	const struct witness *witness = account->witness;
	uint64_t n = 0;

	for (size_t r = 0; r < witness->count; r++)
		n += witness->rows[r].trial == WITNESS_OURS &&
			(witness->rows[r].fault == WITNESS_LIMIT) == refused;
	return n;
}

uint64_t limit_refused(const struct account *account)
{
	return count(account, true);
}

uint64_t limit_floor_ns(
	const struct account *account, const struct trial_row *row)
{
	struct mock_error err;
	uint64_t floor_ns;

	if (!row->workload.limit[0] ||
		mock_limit_least_ns(&floor_ns, row->workload.limit,
			count(account, false), &err))
		return 0;
	return floor_ns;
}
