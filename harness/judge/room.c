/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/judge/room.h"

/* A request this long cannot be mistaken for a pause of the scheduler. */
static const uint64_t SPAN_MIN_NS = 20000000;
/* How many times longer it must be than filling the room would have taken. */
enum { SPANS_PER_FILL = 4 };
/* How often all requests in flight must have been followed by others. */
enum { TURNS_MIN = 8 };
/* From this share of its peak on, a strategy was always at its peak. */
static const double FULL = 0.8;

static uint64_t shortest_span_ns(const struct account *account)
{
	const struct fr_sample *samples = account->result->samples;
	uint64_t shortest = UINT64_MAX;

	for (size_t i = 0; i < account->spec->n; i++) {
		uint64_t span = samples[i].end_ns - samples[i].start_ns;

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

bool room_was_left(const struct account *account, const struct trial_row *row)
{
	const struct trial_spec *spec = account->spec;
	uint64_t room = spec->concurrency, peak = row->peak_in_flight;
	double span_ns, fill_ns;

	/* In an open loop it is the arrivals that fill the room, or do not. */
	if (spec->due_ns ||
		spec->strategy->flags & (FR_NO_NETWORK | FR_WITNESS_SAMPLES))
		return false;
	if (room > spec->n)
		room = spec->n;
	if (peak == 0 || peak >= room || spec->n < (TURNS_MIN + 1) * peak)
		return false;
	/* More by the client's account: the server was late to see them. */
	if (row->mean_in_flight > (double)peak ||
		row->mean_in_flight < FULL * (double)peak)
		return false;
	span_ns = (double)shortest_span_ns(account);
	fill_ns = (double)begun_after_ns(account, peak) * (double)room /
		(double)peak;
	return span_ns >= (double)SPAN_MIN_NS &&
		span_ns >= SPANS_PER_FILL * fill_ns;
}
