/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of the tries of items: how many there were, after what, and when. The
 * requests of a try carry its number, so the witness has an account of tries,
 * too.
 */
#include "harness/judge/verdict.h"

#include "harness/base/clock.h"
#include "harness/client/retry.h"
#include "harness/judge/lost_connections.h"

bool verdict_tries_uncounted(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *last = account_last(account, i);
		unsigned tries = account_sample(account, i)->retries + 1u;

		if (last && last->attempt > tries)
			return verdict_fault(reason, size,
				"item %zu was requested as attempt %u, but its "
				"sample counts %u %s: tried again without "
				"counting",
				i, last->attempt, tries,
				tries == 1 ? "try" : "tries");
	}
	return false;
}

bool verdict_tries_too_many(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_retry *retry = account->spec->retry;
	unsigned most = retry ? retry->spec.most : 0;

	(void)row;
	for (size_t i = 0; i < account->spec->n; i++)
		if (account_sample(account, i)->retries > most)
			return verdict_fault(reason, size,
				"item %zu was tried %u times; %u allowed", i,
				account_sample(account, i)->retries + 1u,
				most + 1);
	return false;
}

bool verdict_tries_unused(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_retry *retry = account->spec->retry;

	(void)row;
	for (size_t i = 0; retry && i < account->spec->n; i++) {
		const struct fr_sample *sample = account_sample(account, i);

		if (retry_applies(&retry->spec, sample) &&
			sample->retries < retry->spec.most)
			return verdict_fault(reason, size,
				"item %zu failed after %u of %u tries: it was "
				"to be tried again",
				i, sample->retries + 1u, retry->spec.most + 1);
	}
	return false;
}

/* What is known of a try: the earliest time at which it can have failed. */
struct failure {
	uint64_t earliest_ns; /* if the client waited for nothing but this */
	uint64_t wait_ns;     /* at least, before the next try */
	uint64_t asked_ns;    /* the wait after the answer, if it was read */
	bool told;            /* Retry-After makes that wait longer */
};

/*
 * Whether the client has read the whole answer to the k-th try of item i. An
 * answer that the server has sent may still be under way on a link when the
 * connection ends.
 */
static bool was_read(const struct account *account, size_t i, unsigned k,
	const struct lost_connections *left)
{
	return account_was_answered(account, i, k) &&
		!(account->spec->link &&
			lost_connections_have(
				left, account_try(account, i, k).last));
}

/*
 * The failure of the k-th try of item i, which began at begun_ns at the
 * earliest. A client whose timeout was over has not read the answer.
 */
static struct failure failure_of(const struct account *account, size_t i,
	unsigned k, uint64_t begun_ns, const struct lost_connections *left)
{
	const struct fr_retry *retry = account->spec->retry;
	const struct witness_row *row = account_try(account, i, k).last;
	uint64_t drawn_ns = retry_backoff_ns(retry, i, k);
	uint64_t timeout_ns =
		begun_ns + account->spec->http.timeout_ms * NS_PER_MS;
	struct failure failure = {begun_ns, drawn_ns, drawn_ns, false};

	if (was_read(account, i, k, left)) {
		failure.earliest_ns = row->done_ns;
		failure.wait_ns = account_wait_ns(account, i, k);
		failure.asked_ns = failure.wait_ns;
		failure.told = failure.wait_ns > drawn_ns;
	} else if (row && account_drawn(account, row).cut) {
		failure.earliest_ns =
			row->arrival_ns + row->queue_ns + row->delay_ns;
	}
	if (retry->spec.timeout &&
		timeout_ns + drawn_ns < failure.earliest_ns + failure.wait_ns) {
		failure.earliest_ns = timeout_ns;
		failure.wait_ns = drawn_ns;
	}
	return failure;
}

static bool is_tried_early(const struct account *account, size_t i,
	const struct lost_connections *left, char *reason, size_t size)
{
	const struct fr_sample *sample = account_sample(account, i);
	uint64_t begun_ns = sample->start_ns, drawn_ns = 0;
	uint64_t bound_ns = account_clock_bound_ns(account, i);

	for (unsigned k = 1; k <= sample->retries; k++) {
		const struct witness_row *next =
			account_try(account, i, k + 1).first;
		struct failure failure =
			failure_of(account, i, k, begun_ns, left);

		drawn_ns += retry_backoff_ns(account->spec->retry, i, k);
		begun_ns = failure.earliest_ns + failure.wait_ns;
		if (next && next->arrival_ns + bound_ns < begun_ns)
			return verdict_fault(reason, size,
				"item %zu was tried again %.3f ms early, "
				"although %s asked for a wait of %.3f ms",
				i, MS(begun_ns - next->arrival_ns),
				failure.told ? "the server's Retry-After"
					     : "the backoff",
				MS(failure.asked_ns));
	}
	return sample->retry_wait_ns < drawn_ns &&
		verdict_fault(reason, size,
			"item %zu waited %.3f ms before it was tried again; "
			"the backoff asked for %.3f ms",
			i, MS(sample->retry_wait_ns), MS(drawn_ns));
}

/*
 * The connections on which an answer may have been lost. Returns false and
 * writes the reason: there is no memory.
 */
static bool list_left(struct lost_connections *left,
	const struct account *account, char *reason, size_t size)
{
	return !lost_connections_init(left, account, lost_connection_is_left) ||
		!verdict_fault(reason, size, "no memory to judge the tries");
}

bool verdict_tried_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	struct lost_connections left;
	bool early = false;

	(void)row;
	if (!account->spec->retry)
		return false;
	if (!list_left(&left, account, reason, size))
		return true;
	for (size_t i = 0; !early && i < account->spec->n; i++)
		early = is_tried_early(account, i, &left, reason, size);
	lost_connections_release(&left);
	return early;
}

/*
 * Whether the k-th try of item i was answered whole, with a status after which
 * the item is not to be tried again. Anything may be if its timeout was over.
 */
static bool is_tried_unasked(const struct account *account, size_t i,
	unsigned k, const struct lost_connections *left)
{
	return was_read(account, i, k, left) &&
		!retry_has_status(&account->spec->retry->spec,
			account_try(account, i, k).last->status) &&
		!account_may_have_timed_out(account, i, k);
}

bool verdict_tried_unasked(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	struct lost_connections left;
	size_t n = account->spec->n, i = 0;
	unsigned k = 0;

	(void)row;
	if (!account->spec->retry)
		return false;
	if (!list_left(&left, account, reason, size))
		return true;
	for (; i < n; i++) {
		unsigned retries = account_sample(account, i)->retries;

		k = 1;
		while (k <= retries && !is_tried_unasked(account, i, k, &left))
			k++;
		if (k <= retries)
			break;
	}
	lost_connections_release(&left);
	return i < n &&
		verdict_fault(reason, size,
			"item %zu was tried again after an answer with status "
			"%u, which is not among the failures to try again "
			"after",
			i, account_try(account, i, k).last->status);
}
