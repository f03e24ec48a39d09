/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Additive increase, multiplicative decrease: while answers come as fast as they
 * ever did, two more requests may be in flight after each round; when they take
 * twice as long, or a request fails, three tenths fewer.
 *
 * D.-M. Chiu, R. Jain: Analysis of the Increase and Decrease Algorithms for
 * Congestion Avoidance in Computer Networks, 1989, shows that this rule lets
 * several clients find a fair share. TCP Reno (RFC 5681) is the best known use
 * of it, and Netflix's library concurrency-limits has it as AIMDLimit. The share
 * of 0.7 is that of TCP CUBIC (RFC 9438).
 */
#include <flagrace/strategy.h>

#include "strategies/own-limit.h"

static const double INCREASE = 2, DECREASE = 0.7;
/* Longer than the least latency by this factor: requests queue somewhere. */
static const double LATE = 2;

static double next_limit(const struct own_limit_round *round)
{
	if (round->mean_ns > LATE * round->least_ns)
		return round->limit * DECREASE;
	/* A limit that was not reached says nothing about the server. */
	return round->full ? round->limit + INCREASE : round->limit;
}

static int setup(struct fr_job *job)
{
	return own_limit_setup(job, next_limit, DECREASE);
}

FR_STRATEGY(aimd) = {
	.abi = FR_STRATEGY_ABI,
	.name = "aimd",
	.summary = "as multi-poll, with a limit that rises slowly and is cut",
	.default_concurrency = 20,
	.flags = FR_OWN_LIMIT,
	.setup = setup,
	.download_many = own_limit_download_many,
	.teardown = own_limit_teardown,
};
