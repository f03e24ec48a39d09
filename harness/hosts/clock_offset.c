/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/hosts/clock_offset.h"

/* Differences of stamps are signed and small; unsigned arithmetic wraps. */
static int64_t minus(uint64_t a_ns, uint64_t b_ns)
{
	return (int64_t)(a_ns - b_ns);
}

struct clock_offset clock_offset_of(
	const struct clock_ping *pings, size_t count)
{
	const struct clock_ping *best = &pings[0];
	uint64_t trip_ns;

	for (size_t i = 1; i < count; i++)
		if (pings[i].received_ns - pings[i].sent_ns <
			best->received_ns - best->sent_ns)
			best = &pings[i];
	trip_ns = best->received_ns - best->sent_ns;
	return (struct clock_offset){
		minus(best->theirs_ns, best->sent_ns + trip_ns / 2),
		trip_ns - trip_ns / 2};
}

struct clock_offset clock_offset_between(
	const struct clock_offset *before, const struct clock_offset *after)
{
	int64_t drift_ns = after->offset_ns - before->offset_ns;
	uint64_t size_ns = (uint64_t)(drift_ns < 0 ? -drift_ns : drift_ns);
	uint64_t wider_ns = before->bound_ns > after->bound_ns
		? before->bound_ns
		: after->bound_ns;

	return (struct clock_offset){
		before->offset_ns + drift_ns / 2, wider_ns + (size_ns + 1) / 2};
}

uint64_t clock_offset_to_ours(
	const struct clock_offset *offset, uint64_t theirs_ns)
{
	return theirs_ns ? theirs_ns - (uint64_t)offset->offset_ns : 0;
}
