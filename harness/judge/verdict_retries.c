/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of the tries of items: how many there were, after what, and when. The
 * requests of a try carry its number, so the witness has an account of tries,
 * too.
 */
#include "harness/judge/verdict.h"

#include "harness/base/clock.h"
#include "harness/client/retry.h"

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
 * The failure of the k-th try of item i, which began at begun_ns at the
 * earliest. A client whose timeout was over has not read the answer.
 */
static struct failure failure_of(
	const struct account *account, size_t i, unsigned k, uint64_t begun_ns)
{
	const struct fr_retry *retry = account->spec->retry;
	const struct witness_row *row = account_try(account, i, k).last;
	uint64_t drawn_ns = retry_backoff_ns(retry, i, k);
	uint64_t timeout_ns =
		begun_ns + account->spec->http.timeout_ms * NS_PER_MS;
	struct failure failure = {begun_ns, drawn_ns, drawn_ns, false};

	if (account_was_answered(account, i, k)) {
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

static bool is_tried_early(
	const struct account *account, size_t i, char *reason, size_t size)
{
	const struct fr_sample *sample = account_sample(account, i);
	uint64_t begun_ns = sample->start_ns, drawn_ns = 0;

	for (unsigned k = 1; k <= sample->retries; k++) {
		const struct witness_row *next =
			account_try(account, i, k + 1).first;
		struct failure failure = failure_of(account, i, k, begun_ns);

		drawn_ns += retry_backoff_ns(account->spec->retry, i, k);
		begun_ns = failure.earliest_ns + failure.wait_ns;
		if (next && next->arrival_ns < begun_ns)
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

bool verdict_tried_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; account->spec->retry && i < account->spec->n; i++)
		if (is_tried_early(account, i, reason, size))
			return true;
	return false;
}

/*
 * Whether an answer that came whole is one after which the item may be tried
 * again. Anything may be if its timeout was over.
 */
bool verdict_tried_unasked(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	const struct fr_retry *retry = account->spec->retry;

	(void)row;
	for (size_t i = 0; retry && i < account->spec->n; i++) {
		const struct fr_sample *sample = account_sample(account, i);

		for (unsigned k = 1; k <= sample->retries; k++) {
			const struct witness_row *last =
				account_try(account, i, k).last;

			if (!account_was_answered(account, i, k) ||
				retry_has_status(&retry->spec, last->status) ||
				account_may_have_timed_out(account, i, k))
				continue;
			return verdict_fault(reason, size,
				"item %zu was tried again after an answer with "
				"status %u, which is not among the failures "
				"to try again after",
				i, last->status);
		}
	}
	return false;
}
