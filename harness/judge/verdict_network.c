/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked for and answered, as the witness saw it. */
#include "harness/judge/verdict_checks.h"

#include <inttypes.h>
#include <string.h>

#include "harness/judge/cause.h"
#include "harness/trial/clock.h"
#include "harness/xxh3.h"

bool verdict_used_network(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return (account->spec->strategy->flags & FR_NO_NETWORK) &&
		account->witness->count &&
		verdict_fault(reason, size,
			"%zu requests by a strategy that promised none",
			account->witness->count);
}

bool verdict_witness_incomplete(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	return account->witness->dropped &&
		verdict_fault(reason, size,
			"the witness dropped %" PRIu64 " rows",
			account->witness->dropped);
}

/*
 * Whether an item was asked for more often than its sample admits, or again
 * when its answer was there: one is sent again only if none has come.
 */
static bool fetched_again(const struct account *account, size_t i)
{
	const struct witness_row *row = account_served(account, i), *before;
	unsigned times = row != NULL;

	for (; row && (before = account_earlier(account, row)); row = before) {
		if (before->bytes != UINT64_MAX &&
			before->sent_ns <= row->arrival_ns)
			return true;
		times++;
	}
	return times > account->result->samples[i].attempts;
}

/*
 * Whether an item had no time to be asked for: whoever is stopped for as long
 * as it may take has given it up unsent. All of that time was spent.
 */
static bool ran_out_of_time(
	const struct account *account, const struct fr_sample *sample)
{
	return sample->status == FR_TIMEOUT &&
		sample->end_ns - sample->start_ns >=
		account->spec->http.timeout_ms * NS_PER_MS;
}

/* Each item once: not unasked for, not twice, not never. */
bool verdict_served_wrongly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct witness *witness = account->witness;
	const struct trial_spec *spec = account->spec;

	(void)row;
	for (size_t r = 0; r < witness->count; r++) {
		uint64_t item = witness->rows[r].item;

		if (item >= spec->n)
			return verdict_fault(reason, size,
				"asked for item %" PRIu64 " of a job of %zu",
				item, spec->n);
	}
	for (size_t i = 0; i < spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		if (fetched_again(account, i))
			return verdict_fault(reason, size,
				"item %zu was fetched more than once", i);
		if (!account->served[i] && !spec->unwitnessed &&
			!(spec->strategy->flags & FR_NO_NETWORK) &&
			!ran_out_of_time(account, sample) &&
			!cause_is_no_connection(sample))
			return verdict_fault(reason, size,
				"item %zu never reached the server", i);
	}
	return false;
}

/* Item i's URL without scheme, host and query, hashed as the server does. */
static uint64_t path_hash(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;

	return path ? XXH3_64bits(path, strcspn(path, "?")) : 0;
}

bool verdict_asked_for_another(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *served = account_served(account, i);

		if (served && served->path_hash &&
			served->path_hash != path_hash(account->spec->urls[i]))
			return verdict_fault(reason, size,
				"item %zu asked for another one's URL", i);
	}
	return false;
}

bool verdict_bodies_differ(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if (!served || sample->status != FR_OK)
			continue;
		if (sample->body_bytes != served->bytes)
			return verdict_fault(reason, size,
				"item %zu: %" PRIu64 " bytes received; %" PRIu64
				" sent",
				i, sample->body_bytes, served->bytes);
		if (sample->body_hash != served->hash)
			return verdict_fault(reason, size,
				"item %zu: not the bytes that were sent", i);
	}
	return false;
}
