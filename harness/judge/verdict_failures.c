/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks that items failed in the way that their samples say. */
#include "harness/judge/verdict.h"

#include "harness/base/clock.h"
#include "harness/client/retry.h"
#include "harness/client/sampler.h"
#include "harness/judge/lost_connections.h"

/* Giving a request up before its timeout would save time. */
bool verdict_gave_up_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t limit_ns = account->spec->http.timeout_ms * NS_PER_MS;

	(void)row;
	if (account_is_of_program(account))
		return false;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		uint64_t took_ns = sample->end_ns - sampler_tried_ns(sample);

		if (sample->status == FR_TIMEOUT && took_ns < limit_ns)
			return verdict_fault(reason, size,
				"item %zu was given up after %.3f ms, before "
				"its timeout of %u ms",
				i, MS(took_ns), account->spec->http.timeout_ms);
	}
	return false;
}

bool verdict_cancelled_though_sent(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++)
		if (account->result->samples[i].status == FR_CANCELLED &&
			account_served(account, i))
			return verdict_fault(reason, size,
				"item %zu is recorded as cancelled, but its "
				"request reached the server",
				i);
	return false;
}

/*
 * Whether the client broke off, before the answer was due, a request that the
 * server would have answered.
 */
static bool is_hung_up(const struct account *account,
	const struct fr_sample *sample, const struct witness_row *row)
{
	uint64_t bound_ns = account_clock_bound_ns(account, row->item);

	return sample->status == FR_NET_ERROR &&
		!account_drawn(account, row).cut &&
		sample->end_ns + bound_ns <
		row->arrival_ns + row->queue_ns + row->delay_ns;
}

/* The first item in [i, n) for which is_hung_up() holds; n: none. */
static size_t next_hung_up(const struct account *account, size_t i)
{
	for (; i < account->spec->n; i++) {
		const struct witness_row *row = account_served(account, i);

		if (row &&
			is_hung_up(account, &account->result->samples[i], row))
			break;
	}
	return i;
}

/*
 * Neither the loopback network nor a link loses a connection by itself: TCP
 * sends lost packets again, for longer than any timeout. Only the server cuts
 * connections, and then all requests under way on that connection fail.
 */
bool verdict_hung_up(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	size_t n = account->spec->n, i = next_hung_up(account, 0);
	struct lost_connections cut;

	(void)row;
	if (i == n || account_is_of_program(account) ||
		!account->spec->schedule)
		return false;
	if (lost_connections_init(&cut, account, lost_connection_is_cut))
		return verdict_fault(
			reason, size, "no memory to judge the failures");
	while (i < n && lost_connections_have(&cut, account_served(account, i)))
		i = next_hung_up(account, i + 1);
	lost_connections_release(&cut);
	return i < n &&
		verdict_fault(reason, size,
			"item %zu has a network error after %.3f ms, but the "
			"server had not cut its connection",
			i,
			MS(account->result->samples[i].end_ns -
				sampler_tried_ns(
					&account->result->samples[i])));
}

/*
 * The first item that was sent again although its connection is not in `ended`;
 * n: none.
 */
static size_t find_sent_anew(
	const struct account *account, const struct lost_connections *ended)
{
	size_t i = 0;

	for (; i < account->spec->n; i++) {
		const struct witness_row *row = account_last(account, i);
		const struct witness_row *before;

		for (; row; row = before) {
			before = account_earlier(account, row);
			if (before && before->attempt == row->attempt &&
				before->fault != WITNESS_REFUSED &&
				!lost_connections_have(ended, before))
				return i;
		}
	}
	return i;
}

/*
 * A strategy that sends slow items again would choose their delays, so an item
 * may be sent again only after its connection was lost or its stream refused.
 */
bool verdict_sent_anew(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	size_t n = account->spec->n, i;
	struct lost_connections ended;

	(void)row;
	if (account_is_of_program(account) || !account->spec->schedule)
		return false;
	if (lost_connections_init(&ended, account, lost_connection_is_ended))
		return verdict_fault(
			reason, size, "no memory to judge the attempts");
	i = find_sent_anew(account, &ended);
	lost_connections_release(&ended);
	return i < n &&
		verdict_fault(reason, size,
			"item %zu was sent again, but its connection had not "
			"been lost",
			i);
}

/* Whether the k-th try of item i may have ended otherwise than by an answer. */
static bool may_have_failed(const struct account *account, size_t i, unsigned k,
	const struct lost_connections *cut)
{
	const struct witness_row *last = account_try(account, i, k).last;

	if (!last || account_was_answered(account, i, k))
		return true;
	if (account->spec->retry->spec.reset &&
		lost_connections_have(cut, last))
		return true;
	return account_may_have_timed_out(account, i, k);
}

/* A strategy that gives slow tries up early would choose their delays. */
bool verdict_tried_unfailed(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	size_t n = account->spec->n, i = 0;
	struct lost_connections cut;

	(void)row;
	if (!account->spec->retry || !account->spec->schedule)
		return false;
	if (lost_connections_init(&cut, account, lost_connection_is_cut))
		return verdict_fault(
			reason, size, "no memory to judge the tries");
	for (; i < n; i++) {
		unsigned retries = account->result->samples[i].retries, k = 1;

		while (k <= retries && may_have_failed(account, i, k, &cut))
			k++;
		if (k <= retries)
			break;
	}
	lost_connections_release(&cut);
	return i < n &&
		verdict_fault(reason, size,
			"item %zu was tried again although neither the server "
			"nor a timeout had ended its try",
			i);
}
