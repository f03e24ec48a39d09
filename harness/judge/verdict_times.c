/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks of stamps, within each account and between the two. */
#include "harness/judge/verdict.h"

#include "harness/account/ideal.h"
#include "harness/client/sampler.h"

/*
 * A program's sample ends when the server begins to answer, but the program was
 * not done before the last byte was sent.
 */
static bool is_cut_off(
	const struct account *account, const struct witness_row *served)
{
	return account_is_of_program(account) && served &&
		served->done_ns != UINT64_MAX &&
		served->done_ns > account->result->t1_ns;
}

/*
 * Items that were started, ended or served after download_many returned, or
 * never ended. An item that the client gave up does not count if it is served
 * late, because a server that was stopped may read the request much later.
 */
bool verdict_returned_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t t1 = account->result->t1_ns;
	uint64_t bound_ns = account_clock_bound_most_ns(account);
	size_t late = 0;

	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		late += (sample->start_ns && sample->status == FR_NOT_RUN) ||
			sample->start_ns > t1 || sample->end_ns > t1 ||
			is_cut_off(account, served) ||
			(served && served->arrival_ns > t1 + bound_ns &&
				!account_gave_up(sample));
	}
	return late &&
		verdict_fault(reason, size,
			"returned before it was done: %zu of %zu items "
			"were unfinished",
			late, account->spec->n);
}

bool verdict_started_early(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t t0 = account->result->t0_ns;
	uint64_t bound_ns = account_clock_bound_most_ns(account);

	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);

		if ((sample->start_ns && sample->start_ns < t0) ||
			(served && served->arrival_ns + bound_ns < t0))
			return verdict_fault(reason, size,
				"item %zu was started before the clock started",
				i);
	}
	return false;
}

bool verdict_hurried(const struct account *account, const struct trial_row *row,
	char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		uint64_t start_ns = account->result->samples[i].start_ns;
		uint64_t due_ns = account_intended_ns(account, i);

		if (start_ns && start_ns < due_ns)
			return verdict_fault(reason, size,
				"item %zu was started %.3f ms before it was due",
				i, MS(due_ns - start_ns));
	}
	return false;
}

/* A sample's stamps must be in order; connect and first byte may be unset. */
bool verdict_stamps_disorderly(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		uint64_t tried_ns = sampler_tried_ns(sample);
		uint64_t connect_ns =
			sample->connect_ns ? sample->connect_ns : tried_ns;
		uint64_t first_ns = sample->first_byte_ns
			? sample->first_byte_ns
			: connect_ns;

		if (connect_ns < tried_ns || tried_ns < sample->start_ns)
			return verdict_fault(reason, size,
				"item %zu was connected before it was started",
				i);
		if (first_ns < connect_ns)
			return verdict_fault(reason, size,
				"item %zu had its first byte before it was %s",
				i,
				sample->connect_ns ? "connected" : "started");
		if (account_answered_ns(sample) < first_ns)
			return verdict_fault(reason, size,
				"item %zu was done before its first byte", i);
	}
	return false;
}

/*
 * Whether the item's last row belongs to the attempt whose stamps the sample
 * has. If an item was sent again and then given up, the last attempt may not
 * have reached the server.
 */
static bool is_of_last_attempt(const struct fr_sample *sample)
{
	return sample->attempts == sample->retries + 1 ||
		!account_gave_up(sample);
}

/* In which way a sample does not span its request. NULL: it does. */
static const char *disagreement(const struct account *account,
	const struct fr_sample *sample, const struct witness_row *served,
	uint64_t bound_ns)
{
	/* A program's sample ends when the server begins to answer. */
	bool of_program = account_is_of_program(account);
	uint64_t answered_ns = account_answered_ns(sample) + bound_ns;

	if (is_of_last_attempt(sample) &&
		served->arrival_ns + bound_ns < sample->connect_ns)
		return "reached the server before it was connected";
	/* sent_ns is UINT64_MAX if there was no answer. */
	if (sample->first_byte_ns &&
		sample->first_byte_ns + bound_ns < served->sent_ns)
		return "had its first byte before the server answered";
	if (!account_gave_up(sample) && answered_ns < served->sent_ns)
		return "was done before the server answered";
	if (!account_gave_up(sample) && !of_program &&
		served->done_ns != UINT64_MAX && answered_ns < served->done_ns)
		return "was done before the server had sent its last byte";
	return NULL;
}

/* A sample must start before its request arrives, and end after the answer. */
bool verdict_times_disagree(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	(void)row;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);
		uint64_t tried_ns = sampler_tried_ns(sample);
		uint64_t bound_ns = account_clock_bound_ns(account, i);
		const char *why;

		if (!served)
			continue;
		if (served->arrival_ns + bound_ns < tried_ns)
			return verdict_fault(reason, size,
				"item %zu reached the server %.3f ms before "
				"it was started",
				i, MS(tried_ns - served->arrival_ns));
		why = disagreement(account, sample, served, bound_ns);
		if (why)
			return verdict_fault(
				reason, size, "item %zu %s", i, why);
	}
	return false;
}

/* The least time for which the server's places are occupied in turn. */
static uint64_t capacity_bound_ns(
	const struct account *account, uint64_t capacity)
{
	uint64_t sum_ns = 0;

	if (capacity == FR_UNKNOWN)
		return 0;
	for (size_t i = 0; i < account->spec->n; i++)
		sum_ns += account_held_ns(account, i);
	return sum_ns / capacity;
}

/* The least time that the CPU work takes on all CPUs. */
static uint64_t work_bound_ns(const struct account *account)
{
	struct ideal_cpus cpus = account_cpus(account);
	double sum_ns = 0;

	for (size_t i = 0; i < account->spec->n; i++)
		sum_ns += (double)account_work_ns(account, i);
	return ideal_cpu_ns(&cpus, sum_ns);
}

/* The bound, or the longest item with its tries and waits, or their sum. */
static uint64_t tries_bound_ns(const struct account *account, uint64_t bound)
{
	const struct trial_spec *spec = account->spec;
	uint64_t sum_ns = account->retried_ns;

	for (size_t i = 0; account->after_ns && i < spec->n; i++) {
		uint64_t end_ns = account->delays_ns[i] + account->after_ns[i] +
			(spec->due_ns ? spec->due_ns[i] : 0);

		sum_ns += account->delays_ns[i];
		bound = end_ns > bound ? end_ns : bound;
	}
	sum_ns /= spec->concurrency;
	return sum_ns > bound ? sum_ns : bound;
}

bool verdict_impossibly_fast(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	uint64_t bound = account->begin_ns +
		ideal_lower_bound(account->delays_ns, account->spec->due_ns,
			account->spec->n, account->spec->concurrency);
	uint64_t held = capacity_bound_ns(account, row->workload.capacity);
	uint64_t carried = account_rate_bound_ns(account);
	uint64_t work = work_bound_ns(account);
	const char *what = account->spec->link
		? "delays and round trips alone take"
		: "delays alone take";

	if (bound < held)
		bound = held;
	bound = tries_bound_ns(account, bound);
	if (bound < carried) {
		bound = carried;
		what = "bytes on the link alone take";
	}
	if (bound < work) {
		bound = work;
		what = "work alone takes";
	}
	/* The first start and the last end may be of two hosts. */
	return row->elapsed_ns + 2 * account_clock_bound_most_ns(account) <
		bound &&
		verdict_fault(reason, size,
			"%.3f ms is impossible: the %s %.3f ms",
			MS(row->elapsed_ns), what, MS(bound));
}

/*
 * If items are started in order, waits besides the delays cannot make a greedy
 * schedule shorter. This does not hold if the server has fewer places than the
 * concurrency, because then chance decides the order in which the server takes
 * requests; and a program may order its requests as it likes. Nor does it hold
 * for several hosts, each of which takes its own items in order.
 */
bool verdict_faster_than_ideal(const struct account *account,
	const struct trial_row *row, char *reason, size_t size)
{
	if (account->spec->strategy->flags &
			(FR_NO_NETWORK | FR_WITNESS_SAMPLES) ||
		row->workload.capacity < account->spec->concurrency ||
		account->result->host_count > 1 || row->ideal_ns == FR_UNKNOWN)
		return false;
	return row->elapsed_ns < row->ideal_ns &&
		verdict_fault(reason, size,
			"%.3f ms is less than the ideal of %.3f ms: items were "
			"started out of order, or a record is wrong",
			MS(row->elapsed_ns), MS(row->ideal_ns));
}
