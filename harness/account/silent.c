/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/account/silent.h"

#include "harness/client/sampler.h"

/* TCP retransmits no segment sooner than this (TCP_RTO_MIN of Linux). */
static const uint64_t RETRANSMIT_NS = 200000000;
/* A cause that took a smaller share of the time is not named. */
static const double WORTH = 0.1;

/*
 * The longest time from an item's start to its arrival at the server, or to
 * its end if it never arrived.
 */
static uint64_t longest_way_ns(const struct account *account)
{
	uint64_t longest_ns = 0;

	for (size_t i = 0; i < account->spec->n; i++) {
		const struct fr_sample *sample = &account->result->samples[i];
		const struct witness_row *served = account_served(account, i);
		uint64_t until_ns =
			served ? served->arrival_ns : sample->end_ns;

		uint64_t tried_ns = sampler_tried_ns(sample);

		if (until_ns > tried_ns && until_ns - tried_ns > longest_ns)
			longest_ns = until_ns - tried_ns;
	}
	return longest_ns;
}

static bool is_some(uint64_t count)
{
	return count != FR_UNKNOWN && count > 0;
}

bool silent_is_in_listen_queue(
	const struct account *account, const struct trial_row *row)
{
	uint64_t way_ns;

	if (!is_some(row->listen_overflows))
		return false;
	way_ns = longest_way_ns(account);
	return way_ns >= RETRANSMIT_NS + 2 * account_trips_ns(account) &&
		(double)way_ns >= WORTH * (double)row->elapsed_ns;
}

bool silent_is_throttled(const struct trial_row *row)
{
	double whole = (double)row->setup_ns + (double)row->elapsed_ns +
		(double)row->teardown_ns;

	return is_some(row->throttled_ns) &&
		(double)row->throttled_ns >= WORTH * whole;
}
