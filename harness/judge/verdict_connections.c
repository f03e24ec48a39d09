/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of the connections: when each was made, and what it carried. */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <stdlib.h>

/*
 * A strategy's setup may prepare handles and pools, but all that reaches the
 * server has to be timed, even a connection or half a request.
 */
bool verdict_spoke_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	/* What came earlier must have been sent before the clock started. */
	uint64_t t0 = account->result->t0_ns + account_way_ns(account) -
		account_clock_bound_most_ns(account);

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *asked = &witness->rows[r];

		if (asked->trial != WITNESS_OURS)
			continue;
		if (asked->first_in_ns < t0)
			return verdict_fault(reason, size,
				"the first byte of item %" PRIu32
				" reached the server %.3f ms before the clock "
				"started",
				asked->item, MS(t0 - asked->first_in_ns));
		if (asked->accepted_ns < t0)
			return verdict_fault(reason, size,
				"the connection of item %" PRIu32
				" was made %.3f ms before the clock started",
				asked->item, MS(t0 - asked->accepted_ns));
	}
	return false;
}

static int by_connection(const void *a, const void *b)
{
	const struct witness_row *left = *(const struct witness_row *const *)a;
	const struct witness_row *right = *(const struct witness_row *const *)b;

	return (left->connection > right->connection) -
		(left->connection < right->connection);
}

/* Finds two items that used the same connection; false: there are none. */
static bool find_shared(const struct witness_row **rows, size_t count,
	uint32_t *first, uint32_t *second)
{
	qsort(rows, count, sizeof(*rows), by_connection);
	for (size_t r = 1; r < count; r++) {
		*first = rows[r - 1]->item;
		*second = rows[r]->item;
		if (rows[r - 1]->connection == rows[r]->connection &&
			*first != *second)
			return true;
	}
	return false;
}

/* A program may use its connections as it likes. */
bool verdict_connection_kept(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	const struct trial_spec *spec = account->spec;
	const struct witness_row **rows;
	uint32_t first, second;
	size_t count = 0;
	bool shared;

	(void)row;
	if (spec->strategy->flags & FR_WITNESS_SAMPLES ||
		!(spec->http.fresh_connections ||
			spec->strategy->flags & FR_FRESH_CONNECTIONS))
		return false;
	rows = calloc(witness->count + 1, sizeof(*rows));
	if (!rows)
		return verdict_fault(
			reason, size, "no memory to judge the connections");
	for (size_t r = 0; r < witness->count; r++)
		if (witness->rows[r].trial == WITNESS_OURS)
			rows[count++] = &witness->rows[r];
	shared = find_shared(rows, count, &first, &second);
	free(rows);
	return shared &&
		verdict_fault(reason, size,
			"items %" PRIu32 " and %" PRIu32
			" used the same connection, but each needs one of its "
			"own",
			first, second);
}
