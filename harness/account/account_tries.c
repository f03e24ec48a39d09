/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long the tries of items take at least, and the waits between them. */
#include "harness/account/account.h"

#include "harness/base/clock.h"
#include "harness/client/retry.h"

/*
 * The delay of the first attempt alone: if a connection is lost, sending the
 * item again is up to the strategy. An item that the server never answers
 * costs its whole timeout. A client that gave up, or got the answer at a later
 * attempt, has waited no longer than its sample says.
 */
static uint64_t delay_of(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	const struct witness_row *last = account_served(account, i);
	const struct witness_row *first = last, *before;
	uint64_t took_ns = account_answered_ns(sample) - sample->start_ns;
	uint64_t delay_ns;

	if (!last)
		return 0;
	while ((before = account_earlier(account, first)) &&
		before->fault != WITNESS_REFUSED)
		first = before;
	delay_ns = account_drawn(account, first).never
		? account->spec->http.timeout_ms * NS_PER_MS
		: first->delay_ns + account_trips_ns(account);
	return (account_gave_up(sample) || first != last) && took_ns < delay_ns
		? took_ns
		: delay_ns;
}

uint64_t account_held_ns(const struct account *account, size_t i)
{
	const struct witness_row *row = account_try(account, i, 1).last;
	uint64_t begun_ns, held_ns;

	if (!row)
		return 0;
	if (row->sent_ns != UINT64_MAX)
		return row->delay_ns;
	begun_ns = row->arrival_ns + row->queue_ns;
	if (row->gone_ns == UINT64_MAX || row->gone_ns < begun_ns)
		return 0;
	held_ns = row->gone_ns - begun_ns;
	return held_ns < row->delay_ns ? held_ns : row->delay_ns;
}

bool account_is_whole(const struct witness_row *row)
{
	return row && row->bytes != UINT64_MAX && row->fault != WITNESS_RESET &&
		row->fault != WITNESS_RESET_BODY &&
		row->fault != WITNESS_TRUNCATE;
}

bool account_was_answered(const struct account *account, size_t i, unsigned k)
{
	const struct witness_row *row = account_try(account, i, k).last;
	const struct witness_row *next = account_try(account, i, k + 1).first;

	return account_is_whole(row) &&
		(!next || row->done_ns <= next->arrival_ns);
}

/*
 * The earliest start of the k-th try. Each try before it took until its answer,
 * if it was answered, or until its timeout; a backoff followed.
 */
static uint64_t least_start_ns(
	const struct account *account, size_t i, unsigned k)
{
	const uint64_t timeout_ns = account->spec->http.timeout_ms * NS_PER_MS;
	uint64_t start_ns = account->result->samples[i].start_ns;

	for (unsigned j = 1; j < k; j++) {
		const struct witness_row *row = account_try(account, i, j).last;

		if (account_was_answered(account, i, j) &&
			row->sent_ns > start_ns)
			start_ns = row->sent_ns < start_ns + timeout_ns
				? row->sent_ns
				: start_ns + timeout_ns;
		start_ns += retry_backoff_ns(account->spec->retry, i, j);
	}
	return start_ns;
}

uint64_t account_least_timeout_ns(
	const struct account *account, size_t i, unsigned k)
{
	return least_start_ns(account, i, k) +
		account->spec->http.timeout_ms * NS_PER_MS;
}

bool account_may_have_timed_out(
	const struct account *account, size_t i, unsigned k)
{
	const struct witness_row *next = account_try(account, i, k + 1).first;
	const struct fr_sample *sample = &account->result->samples[i];
	uint64_t over_ns = account_least_timeout_ns(account, i, k);

	if (!account->spec->retry->spec.timeout)
		return false;
	if (next)
		return next->arrival_ns >= over_ns;
	/* The request of the next try did not pass the link. */
	return account->spec->link &&
		(k < sample->retries || sample->tried_ns >= over_ns);
}

uint64_t account_wait_ns(const struct account *account, size_t i, unsigned k)
{
	const struct witness_row *row = account_try(account, i, k).last;

	return retry_wait_ns(account->spec->retry, i, k,
		account_is_whole(row) ? row->retry_after_s : 0);
}

/*
 * The delay of a try, with the way of its request through the link, if nothing
 * but the server's answer or a fault ends it. The way back counts for nothing,
 * because a client may leave the connection while the answer is under way.
 */
static uint64_t try_ns(const struct account *account, size_t i, unsigned k)
{
	const struct witness_row *first = account_try(account, i, k).first;
	const struct trial_link *link = account->spec->link;
	uint64_t timeout_ns = account->spec->http.timeout_ms * NS_PER_MS;
	uint64_t delay_ns;

	if (!first)
		return 0;
	if (account_drawn(account, first).never)
		return timeout_ns;
	delay_ns =
		first->delay_ns + (link ? link->spec.way[LINK_UP].delay_ns : 0);
	return delay_ns < timeout_ns ? delay_ns : timeout_ns;
}

/* Whether the server ended the first try, so that it took its whole delay. */
static bool is_certain(const struct account *account, size_t i)
{
	struct try_rows rows = account_try(account, i, 1);

	return rows.first && rows.first == rows.last &&
		(account_is_whole(rows.first) ||
			account_drawn(account, rows.first).cut);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/*
 * Of an item that was tried again. Other things than its own delay may have
 * ended a try, such as the end of a connection that it shared, and only the
 * client knows when. So the tries together count for no longer than the client
 * had the item in flight, and the first one counts for nothing unless the
 * server ended it.
 */
static void measure_tries(struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	uint64_t spent_ns = account_answered_ns(sample) - sample->start_ns;
	uint64_t delays_ns = 0, waits_ns = 0, first_ns = 0;

	if (sample->status == FR_NOT_RUN || spent_ns < sample->retry_wait_ns)
		return;
	for (unsigned k = 1; k <= sample->retries + 1u; k++) {
		delays_ns += try_ns(account, i, k);
		if (k <= sample->retries)
			waits_ns += account_wait_ns(account, i, k);
	}
	delays_ns = least(delays_ns, spent_ns - sample->retry_wait_ns);
	waits_ns = least(waits_ns, sample->retry_wait_ns);
	if (is_certain(account, i))
		first_ns = least(delays_ns, try_ns(account, i, 1));
	account->delays_ns[i] = first_ns;
	account->after_ns[i] = delays_ns - first_ns + waits_ns;
	account->retried_ns += delays_ns - first_ns;
}

void account_measure(struct account *account)
{
	for (size_t i = 0; i < account->spec->n; i++)
		if (account->spec->retry && account->result->samples[i].retries)
			measure_tries(account, i);
		else
			account->delays_ns[i] = delay_of(account, i);
	account->begin_ns = account_first_ns(account);
}

void account_add_tries(uint64_t *makespan_ns, const struct account *account,
	uint64_t *ends_ns, unsigned places)
{
	uint64_t sum_ns = account->retried_ns;

	for (size_t i = 0; account->after_ns && i < account->spec->n; i++) {
		sum_ns += account->delays_ns[i];
		ends_ns[i] += account->after_ns[i];
		if (ends_ns[i] > *makespan_ns)
			*makespan_ns = ends_ns[i];
	}
	if (sum_ns / places > *makespan_ns)
		*makespan_ns = sum_ns / places;
}
