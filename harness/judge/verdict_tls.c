/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of TLS: whether it was spoken, and how connections began. */
#include "harness/judge/verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool is_program(const struct account *account)
{
	return account->spec->strategy->flags & FR_WITNESS_SAMPLES;
}

bool verdict_spoke_openly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	const bool secure = account_is_secure(account);

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *asked = &witness->rows[r];

		if (asked->trial == WITNESS_OURS &&
			secure == (asked->tls == WITNESS_PLAIN))
			return verdict_fault(reason, size,
				"item %" PRIu32
				" was asked for %s, but its URL is %s",
				asked->item,
				secure ? "in plain HTTP" : "over TLS",
				secure ? "https" : "http");
	}
	return false;
}

/* A program may resume its sessions as it likes. */
bool verdict_resumed(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	const struct witness *witness = account->witness;

	(void)row;
	if (is_program(account) || !account->spec->http.full_handshakes)
		return false;
	for (size_t r = 0; r < witness->count; r++) {
		const struct witness_row *asked = &witness->rows[r];

		if (asked->trial == WITNESS_OURS &&
			asked->tls == WITNESS_RESUMED)
			return verdict_fault(reason, size,
				"the connection of item %" PRIu32
				" resumed a TLS session, but each needs a full "
				"handshake",
				asked->item);
	}
	return false;
}

static int compare(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Counts the connections of a kind. Returns 0 or -1: no memory. */
static int count_connections(const struct witness *witness,
	enum witness_tls kind, size_t *connections)
{
	uint32_t *numbers = calloc(witness->count + 1, sizeof(*numbers));
	size_t count = 0;

	*connections = 0;
	if (!numbers)
		return -1;
	for (size_t r = 0; r < witness->count; r++)
		if (witness->rows[r].trial == WITNESS_OURS &&
			witness->rows[r].tls == kind)
			numbers[count++] = witness->rows[r].connection;
	qsort(numbers, count, sizeof(*numbers), compare);
	for (size_t i = 0; i < count; i++)
		*connections += i == 0 || numbers[i] != numbers[i - 1];
	free(numbers);
	return 0;
}

/*
 * Connections that may have been lost: OpenSSL and libcurl do not resume the
 * session of a connection that has failed.
 */
static size_t count_failures(const struct account *account)
{
	size_t failures = 0;

	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		failures += sample->status != FR_OK;
		failures += sample->retries;
		failures += sample->attempts > 1 ? sample->attempts - 1u : 0;
	}
	return failures;
}

/* Each worker has one full handshake, and one for each that failed. */
bool verdict_not_resumed(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	size_t full, most = account->spec->concurrency;

	/* Of strategies that keep nothing, the row says `full`. */
	if (is_program(account) || strcmp(row->workload.tls, "resume") != 0)
		return false;
	if (count_connections(account->witness, WITNESS_FULL, &full))
		return verdict_fault(
			reason, size, "no memory to judge the connections");
	if (full <= most || full <= most + count_failures(account))
		return false;
	return verdict_fault(reason, size,
		"%zu connections made a full TLS handshake, but %u workers "
		"that resume their sessions need one each",
		full, account->spec->concurrency);
}
