/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Computes greedy schedules as ideal.c does, each of which includes more of
 * what really happened to the items. No schedule is shorter than the one
 * before, so the differences between them are parts of the elapsed time.
 */
#include "harness/account/figures.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <stdlib.h>

#include "harness/account/ideal.h"
#include "harness/base/stats.h"

/* The items that were started, in the order of their starts. */
struct started {
	uint32_t *items;
	double *waits; /* before each start, in ns */
	size_t count;
};

/* The stamp, counted from t0; 0 for an earlier one. */
static uint64_t since_t0(const struct account *account, uint64_t stamp_ns)
{
	uint64_t t0 = account->result->t0_ns;

	return stamp_ns > t0 ? stamp_ns - t0 : 0;
}

static void started_release(struct started *started)
{
	free(started->items);
	free(started->waits);
	*started = (struct started){0};
}

static int started_init(struct started *started, const struct account *account)
{
	started->items = account_started(account, &started->count);
	started->waits = calloc(account->spec->n, sizeof(*started->waits));
	if (started->items && started->waits)
		return 0;
	started_release(started);
	return -ENOMEM;
}

/*
 * How long the server took for item i's first try, from arrival to answer, and
 * the link for the rest.
 */
static uint64_t served_ns(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	const struct witness_row *row = account_try(account, i, 1).last;
	uint64_t transfer_ns = account_transfer_ns(account, i);
	uint64_t least_ns = account->delays_ns[i] + transfer_ns, ns;

	if (!row || row->sent_ns == UINT64_MAX ||
		(!sample->retries && account_gave_up(sample)) ||
		row->sent_ns < row->arrival_ns)
		return least_ns;
	ns = row->sent_ns - row->arrival_ns + account_trips_ns(account) +
		transfer_ns;
	return ns > least_ns ? ns : least_ns;
}

/* When a place is free, or the item's scheduled start if that is later. */
static uint64_t ready_ns(
	const struct account *account, const struct places *places, size_t i)
{
	uint64_t free_ns = places_first(places);
	const uint64_t *due_ns = account->spec->due_ns;

	return due_ns && due_ns[i] > free_ns ? due_ns[i] : free_ns;
}

static int find_waits(struct started *started, const struct account *account)
{
	const struct fr_sample *samples = account->result->samples;
	struct places places;

	if (places_init(&places, account->spec->concurrency) < 0)
		return -ENOMEM;
	for (size_t k = 0; k < started->count; k++) {
		size_t i = started->items[k];
		uint64_t start = since_t0(account, samples[i].start_ns);
		uint64_t ready = ready_ns(account, &places, i);

		started->waits[k] = start > ready ? (double)(start - ready) : 0;
		places_take(&places,
			since_t0(account,
				account_freed_ns(account, &samples[i])));
	}
	places_release(&places);
	return 0;
}

/*
 * When the item that was started then can be sent: after the handshake of a
 * link, if it made its connection, and not before the first handshake.
 */
static uint64_t connected_ns(
	const struct account *account, size_t i, uint64_t start_ns)
{
	uint64_t begin_ns = account->begin_ns;

	if (account->result->samples[i].connect_ns)
		return start_ns + begin_ns;
	return start_ns > begin_ns ? start_ns : begin_ns;
}

/*
 * The makespan if each item takes its wait and the server's time for it, and
 * then its further tries and its work are done.
 */
static int schedule_waits(uint64_t *makespan_ns, const struct started *started,
	const struct account *account)
{
	uint64_t *ends_ns = calloc(account->spec->n, sizeof(*ends_ns));
	struct places places;
	int rc;

	if (!ends_ns || places_init(&places, account->spec->concurrency) < 0) {
		free(ends_ns);
		return -ENOMEM;
	}
	*makespan_ns = 0;
	for (size_t k = 0; k < started->count; k++) {
		size_t i = started->items[k];
		uint64_t start_ns = ready_ns(account, &places, i) +
			(uint64_t)started->waits[k];
		uint64_t end_ns = connected_ns(account, i, start_ns) +
			served_ns(account, i);

		ends_ns[i] = end_ns;
		if (end_ns > *makespan_ns)
			*makespan_ns = end_ns;
		places_take(&places, end_ns);
	}
	places_release(&places);
	account_add_tries(
		makespan_ns, account, ends_ns, account->spec->concurrency);
	rc = account_add_work(makespan_ns, account, ends_ns);
	free(ends_ns);
	return rc;
}

/*
 * Each part is what its schedule adds to the one before. For a program, the
 * time outside the server is one part, because its starts are not known.
 */
static void fill_parts(
	struct trial_row *row, uint64_t served, uint64_t waited, bool program)
{
	if (served < row->ideal_ns)
		served = row->ideal_ns;
	if (waited < served || program)
		waited = served;
	if (row->elapsed_ns < waited)
		return;
	row->server_late_ns = served - row->ideal_ns;
	if (!program)
		row->dispatch_ns = waited - served;
	row->rest_ns = row->elapsed_ns - waited;
}

static void fill_quantiles(struct started *started, struct trial_row *row)
{
	if (started->count == 0)
		return;
	gsl_sort(started->waits, 1, started->count);
	row->dispatch_p50_ns =
		(uint64_t)started->waits[stats_rank(started->count, 0.50) - 1];
	row->dispatch_p99_ns =
		(uint64_t)started->waits[stats_rank(started->count, 0.99) - 1];
}

int parts_fill(const struct account *account, struct trial_row *row)
{
	bool program = account_is_of_program(account);
	uint64_t served = 0, waited = 0;
	struct started started;
	int rc;

	if (row->elapsed_ns == FR_UNKNOWN)
		return 0;
	rc = started_init(&started, account);
	if (!rc)
		rc = find_waits(&started, account);
	if (!rc && row->ideal_ns != FR_UNKNOWN) {
		rc = account_schedule(&served, account, served_ns,
			account->spec->concurrency);
		if (!rc)
			rc = schedule_waits(&waited, &started, account);
		if (!rc)
			fill_parts(row, served, waited, program);
	}
	if (!rc && !program)
		fill_quantiles(&started, row);
	started_release(&started);
	return rc;
}
