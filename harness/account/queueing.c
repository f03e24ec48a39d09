/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/figures.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/base/stats.h"

/* The largest backlog at the end with which the rate counts as held. */
static const double BACKLOG_SHARE = 0.01, BACKLOG_NS = 10e6;
/* The longest time outside the server for which the accounts agree. */
static const double OUTSIDE_SHARE = 0.02, OUTSIDE_NS = 200e3;

static bool has_begun(const struct account *account, size_t i)
{
	return account->result->samples[i].start_ns >=
		account_intended_ns(account, i) &&
		account->result->samples[i].start_ns > 0;
}

/* The shortest wait among the last tenth of the items. */
static double backlog(const double *wait, size_t n)
{
	double least = wait[n - 1];

	for (size_t i = n - (n + 9) / 10; i < n; i++)
		if (wait[i] < least)
			least = wait[i];
	return least;
}

static double rate(size_t n, double span_ns)
{
	return (double)n / span_ns * 1e9;
}

/* The offered and the achieved rate; wait has all n items in order. */
static void fill_rates(const struct account *account, const double *wait,
	struct trial_row *row)
{
	const uint64_t *due_ns = account->spec->due_ns;
	size_t n = account->spec->n;
	double span = (double)(due_ns[n - 1] - due_ns[0]), last = 0;
	double allowed = BACKLOG_SHARE * span;

	if (span <= 0)
		return;
	if (allowed < BACKLOG_NS)
		allowed = BACKLOG_NS;
	for (size_t i = 0; i < n; i++)
		if ((double)due_ns[i] + wait[i] > last)
			last = (double)due_ns[i] + wait[i];
	row->offered_rate = rate(n - 1, span);
	row->achieved_rate = rate(n - 1, last - (double)due_ns[0]);
	(void)snprintf(row->rate_held, sizeof(row->rate_held), "%s",
		backlog(wait, n) > allowed ? "no" : "yes");
}

/* The least latency of the answered items among these; UINT64_MAX: none. */
static uint64_t least_latency(
	const struct account *account, size_t first, size_t count)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = first; i < first + count; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		uint64_t due_ns = account_intended_ns(account, i);
		uint64_t end_ns = account_answered_ns(sample);

		if (sample->status == FR_OK && end_ns >= due_ns &&
			end_ns - due_ns < least)
			least = end_ns - due_ns;
	}
	return least;
}

/* The least latency tells a queue that stands from one that comes and goes. */
static void fill_growth(const struct account *account, struct trial_row *row)
{
	size_t n = account->spec->n, tenth = (n + 9) / 10;
	uint64_t first = least_latency(account, 0, tenth);
	uint64_t last = least_latency(account, n - tenth, tenth);

	if (first != UINT64_MAX && last != UINT64_MAX)
		row->latency_growth_ns = last > first ? last - first : 0;
}

static int fill_waits(const struct account *account, struct trial_row *row)
{
	size_t n = account->spec->n, begun = 0;
	double *wait = calloc(n, sizeof(*wait));

	if (!wait)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		uint64_t start_ns = account->result->samples[i].start_ns;
		uint64_t due_ns = account_intended_ns(account, i);

		/* A start before its time is for the verdict, not for here. */
		if (has_begun(account, i))
			wait[begun++] = start_ns > due_ns
				? (double)(start_ns - due_ns)
				: 0;
	}
	if (begun == n)
		fill_rates(account, wait, row);
	gsl_sort(wait, 1, begun);
	if (begun > 0) {
		row->queue_p50_ns = (uint64_t)wait[stats_rank(begun, 0.50) - 1];
		row->queue_p99_ns = (uint64_t)wait[stats_rank(begun, 0.99) - 1];
	}
	free(wait);
	return 0;
}

/*
 * Sums of times in flight, over the items complete in both accounts, and of the
 * time that a link takes of them at least.
 */
struct in_flight {
	double client, witness, link;
	size_t items;
};

/* Without the waits before further tries. */
static double in_flight_ns(const struct fr_sample *sample)
{
	return (double)account_answered_ns(sample) - (double)sample->start_ns -
		(double)sample->retry_wait_ns;
}

/*
 * The time of all tries at the server. Returns false if the server did not
 * answer one of them.
 */
static bool add_tries(double *sum, const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	double ns = 0;

	for (unsigned k = 1; k <= sample->retries + 1u; k++) {
		const struct witness_row *row = account_try(account, i, k).last;

		if (!row || row->sent_ns == UINT64_MAX)
			return false;
		ns += (double)row->sent_ns - (double)row->arrival_ns;
	}
	*sum += ns;
	return true;
}

/* For each try a round trip; and handshakes if it made a connection. */
static double link_ns(const struct account *account, size_t i)
{
	const struct fr_sample *sample = &account->result->samples[i];
	const struct trial_link *link = account->spec->link;
	unsigned handshakes = account_is_secure(account) ? 2 : 1;
	unsigned trips = sample->retries + 1u +
		(sample->connect_ns > 0 ? handshakes : 0);

	return link ? (double)trips * (double)link_rtt_ns(&link->spec) +
			(double)account_transfer_ns(account, i)
		    : 0;
}

static struct in_flight add_up(const struct account *account)
{
	struct in_flight sum = {0};

	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		if (sample->status == FR_NOT_RUN || account_gave_up(sample) ||
			!add_tries(&sum.witness, account, i))
			continue;
		sum.client += in_flight_ns(sample);
		sum.link += link_ns(account, i);
		sum.items++;
	}
	return sum;
}

static void fill_in_flight(const struct account *account, struct trial_row *row)
{
	bool one_account = account_is_of_program(account);
	struct in_flight sum = add_up(account);
	double all = 0, outside, allowed;

	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];

		if (sample->status != FR_NOT_RUN)
			all += in_flight_ns(sample);
	}
	row->mean_in_flight = all / (double)row->elapsed_ns;
	if (sum.items == 0)
		return;
	row->witness_mean_in_flight = sum.witness / (double)row->elapsed_ns;
	if (one_account || sum.client < sum.witness)
		return;
	outside = (sum.client - sum.witness) / (double)sum.items;
	allowed = OUTSIDE_SHARE * sum.client / (double)sum.items;
	if (allowed < OUTSIDE_NS)
		allowed = OUTSIDE_NS;
	allowed += sum.link / (double)sum.items;
	row->outside_ns = (uint64_t)outside;
	(void)snprintf(row->little, sizeof(row->little), "%s",
		outside > allowed ? "gap" : "agree");
}

int queueing_fill(const struct account *account, struct trial_row *row)
{
	int rc = 0;

	if (account->spec->due_ns) {
		rc = fill_waits(account, row);
		fill_growth(account, row);
	}
	if (row->elapsed_ns != FR_UNKNOWN && row->elapsed_ns > 0)
		fill_in_flight(account, row);
	return rc;
}
