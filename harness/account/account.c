/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/account.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "harness/account/ideal.h"
#include "harness/base/clock.h"
#include "harness/base/cpus.h"
#include "harness/base/work.h"

/*
 * Whether item i was answered. A program does not record this; its item counts
 * as answered if the answer was due before the trial ended.
 */
static bool is_answered(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	const struct witness_row *row = account_served(account, i);

	if (account_is_of_program(account))
		return row->arrival_ns + row->queue_ns + row->delay_ns <
			account->result->t1_ns &&
			!account_drawn(account, row).never;
	return sample->status == FR_OK || sample->status == FR_HTTP_ERROR;
}

bool account_is_settled(const struct account *account)
{
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *row = account_served(account, i);

		if (row && row->bytes == UINT64_MAX &&
			row->gone_ns == UINT64_MAX && is_answered(account, i))
			return false;
	}
	return true;
}

/* Stragglers of earlier trials that are missing in this trial's rows, too. */
static uint64_t still_missing(const struct account *account)
{
	const struct witness *witness = account->witness;
	uint64_t seen = 0;

	for (size_t r = 0; r < witness->count; r++)
		seen += witness->rows[r].trial == WITNESS_EARLIER;
	return account->spec->stragglers > seen
		? account->spec->stragglers - seen
		: 0;
}

uint64_t account_stragglers(const struct account *account)
{
	uint64_t count = still_missing(account);

	/*
	 * Neither a program nor a trial that did not complete records which
	 * requests it has sent, so all of its items may still arrive.
	 */
	if (account->result->end != TRIAL_COMPLETED ||
		account_is_of_program(account))
		return count + account->spec->n;
	for (size_t i = 0; i < account->spec->n; i++) {
		const struct witness_row *row = account_last(account, i);
		unsigned sent = account->result->samples[i].attempts, seen = 0;

		for (; row; row = account_earlier(account, row))
			seen++;
		count += sent > seen ? sent - seen : 0;
	}
	return count;
}

/* By attempt, because a request of a try that timed out may arrive late. */
static bool is_later(const struct witness_row *a, const struct witness_row *b)
{
	return a->attempt != b->attempt ? a->attempt > b->attempt
					: a->arrival_ns > b->arrival_ns;
}

/*
 * Inserts a row into the list of its item, which is sorted. Rows are nearly
 * always in that order already; they can differ because each loop of the server
 * writes its own rows.
 */
static void link_row(struct account *account, uint32_t number)
{
	const struct witness_row *rows = account->witness->rows;
	const struct witness_row *row = &rows[number - 1];
	uint32_t *place = &account->last[row->item];

	while (*place && is_later(&rows[*place - 1], row))
		place = &account->earlier[*place - 1];
	/* Zero is not written, so that an untouched page takes no memory. */
	if (*place)
		account->earlier[number - 1] = *place;
	*place = number;
}

int account_init(struct account *account, const struct trial_spec *spec,
	const struct trial_result *result, const struct witness *witness)
{
	*account = (struct account){
		.spec = spec, .result = result, .witness = witness};
	account->last = calloc(spec->n, sizeof(*account->last));
	account->earlier =
		calloc(witness->count + 1, sizeof(*account->earlier));
	account->delays_ns = calloc(spec->n, sizeof(*account->delays_ns));
	if (spec->retry)
		account->after_ns = calloc(spec->n, sizeof(uint64_t));
	if (!account->last || !account->earlier || !account->delays_ns ||
		(spec->retry && !account->after_ns) ||
		witness->count >= UINT32_MAX) {
		account_release(account);
		return -ENOMEM;
	}
	for (size_t r = 0; r < witness->count; r++)
		/* verdict_network.c reports all other rows. */
		if (witness->rows[r].trial == WITNESS_OURS &&
			witness->rows[r].item < spec->n)
			link_row(account, (uint32_t)r + 1);
	account_measure(account);
	return 0;
}

void account_release(struct account *account)
{
	free(account->last);
	free(account->earlier);
	free(account->delays_ns);
	free(account->after_ns);
	*account = (struct account){0};
}

/* Items that were started together share a stamp and stay in order. */
static int by_start(const void *a, const void *b, void *samples)
{
	const struct fr_sample *all = samples;
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
	uint64_t x = all[left].start_ns, y = all[right].start_ns;

	return x != y ? (x > y) - (x < y) : (left > right) - (left < right);
}

uint32_t *account_started(const struct account *account, size_t *count)
{
	struct fr_sample *samples = account->result->samples;
	uint32_t *items = calloc(account->spec->n, sizeof(*items));

	*count = 0;
	for (size_t i = 0; items && i < account->spec->n; i++)
		if (samples[i].status != FR_NOT_RUN)
			items[(*count)++] = (uint32_t)i;
	if (items)
		qsort_r(items, *count, sizeof(*items), by_start, samples);
	return items;
}

uint64_t account_work_ns(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	const struct fr_work *work = account->spec->work;
	uint64_t took_ns = sample->work_end_ns - sample->work_start_ns;

	if (!work || !work->cpu_ns || sample->status != FR_OK)
		return 0;
	/* A program does not record when it did the work. */
	if (account_is_of_program(account))
		return work->cpu_ns[i];
	return took_ns < work->cpu_ns[i] ? took_ns : work->cpu_ns[i];
}

struct ideal_cpus account_cpus(const struct account *account)
{
	const struct trial_spec *spec = account->spec;
	struct ideal_cpus cpus = {
		.cpus = spec->cpus > 0 ? spec->cpus : cpus_allowed(),
		.quota = spec->cpus > 0 ? spec->cpus : cpus_usable(),
	};

	if (spec->quota && spec->quota->limits.cpus > 0)
		cpus.quota = fmin(cpus.quota, spec->quota->limits.cpus);
	return cpus;
}

int account_add_work(uint64_t *makespan_ns, const struct account *account,
	const uint64_t *answered_ns)
{
	size_t n = account->spec->n;
	struct ideal_cpus cpus = account_cpus(account);
	struct ideal_work *items;
	uint64_t bound_ns;

	if (!account->spec->work)
		return 0;
	items = calloc(n, sizeof(*items));
	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		items[i] = (struct ideal_work){
			answered_ns[i], account_work_ns(account, i)};
	bound_ns = ideal_work_bound(items, n, &cpus);
	free(items);
	if (bound_ns > *makespan_ns)
		*makespan_ns = bound_ns;
	return 0;
}

int account_makespan(uint64_t *makespan_ns, uint64_t *ends_ns,
	const struct account *account, const uint64_t *each_ns, unsigned places)
{
	const struct trial_spec *spec = account->spec;
	uint64_t begin_ns = account->begin_ns;
	int rc = ideal_makespan(
		makespan_ns, ends_ns, each_ns, spec->due_ns, spec->n, places);

	if (rc)
		return rc;
	*makespan_ns += begin_ns;
	for (size_t i = 0; begin_ns && i < spec->n; i++)
		ends_ns[i] += begin_ns;
	return 0;
}

int account_schedule(uint64_t *makespan_ns, const struct account *account,
	uint64_t (*ns_of)(const struct account *account, size_t i),
	unsigned places)
{
	const struct trial_spec *spec = account->spec;
	uint64_t *each_ns = calloc(spec->n, sizeof(*each_ns));
	int rc;

	if (!each_ns)
		return -ENOMEM;
	for (size_t i = 0; i < spec->n; i++)
		each_ns[i] = ns_of(account, i);
	/* An item's time is not needed any more when its end is written. */
	rc = account_makespan(makespan_ns, each_ns, account, each_ns, places);
	if (!rc) {
		account_add_tries(makespan_ns, account, each_ns, places);
		rc = account_add_work(makespan_ns, account, each_ns);
	}
	free(each_ns);
	return rc;
}
