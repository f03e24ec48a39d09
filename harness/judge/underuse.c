/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/underuse.h"

/* Shorter requests may be hidden by a pause of the scheduler. */
static const uint64_t SPAN_MIN_NS = 20000000;
/* A request must last so many times as long as starting all of them. */
enum { SPANS_PER_FILL = 4 };
/* All requests in flight must have been replaced this often. */
enum { TURNS_MIN = 8 };
/* A mean of at least this share of the peak means: always at the peak. */
static const double FULL = 0.8;

static uint64_t shortest_span_ns(const struct account *account)
{
	const struct fr_sample *samples = account->result->samples;
	uint64_t shortest = UINT64_MAX;

	for (size_t i = 0; i < account->spec->n; i++) {
		uint64_t span =
			account_answered_ns(&samples[i]) - samples[i].start_ns;

		if (span < shortest)
			shortest = span;
	}
	return shortest;
}

/* How long the first `count` items took to be started. */
static uint64_t begun_after_ns(const struct account *account, uint64_t count)
{
	uint64_t last_ns = account->result->t0_ns;

	for (size_t i = 0; i < count; i++)
		if (account->result->samples[i].start_ns > last_ns)
			last_ns = account->result->samples[i].start_ns;
	return last_ns - account->result->t0_ns;
}

/*
 * Whether the first `count` items were in flight at once, by the client. The
 * peak is the server's, and a link keeps requests and answers from the server
 * for a part of their time.
 */
static bool began_together(const struct account *account, uint64_t count)
{
	const struct fr_sample *samples = account->result->samples;
	uint64_t first_end_ns = UINT64_MAX;

	for (size_t i = 0; i < count; i++)
		if (account_answered_ns(&samples[i]) < first_end_ns)
			first_end_ns = account_answered_ns(&samples[i]);
	return begun_after_ns(account, count) + account->result->t0_ns <
		first_end_ns;
}

bool underuse_by_choice(
	const struct account *account, const struct trial_row *row)
{
	const struct trial_spec *spec = account->spec;
	uint64_t allowed = spec->concurrency, peak = row->peak_in_flight;
	double span_ns, fill_ns;

	/* In an open loop the schedule decides how many are in flight. */
	if (spec->due_ns ||
		spec->strategy->flags &
			(FR_NO_NETWORK | FR_WITNESS_SAMPLES | FR_OWN_LIMIT))
		return false;
	if (allowed > spec->n)
		allowed = spec->n;
	if (peak == 0 || peak >= allowed || spec->n < (TURNS_MIN + 1) * peak)
		return false;
	if (spec->link && began_together(account, allowed))
		return false;
	/* A mean above the peak: the server saw the requests late. */
	if (row->mean_in_flight > (double)peak ||
		row->mean_in_flight < FULL * (double)peak)
		return false;
	span_ns = (double)shortest_span_ns(account);
	fill_ns = (double)begun_after_ns(account, peak) * (double)allowed /
		(double)peak;
	return span_ns >= (double)SPAN_MIN_NS &&
		span_ns >= (double)SPANS_PER_FILL * fill_ns;
}
