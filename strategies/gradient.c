/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The limit follows the gradient of the latency: the least latency over that of
 * the last round. If answers take longer, by that ratio fewer requests may be
 * in flight, plus a few that may queue: the root of the limit. So the limit
 * settles where that queue is full, and needs no failure to find it.
 *
 * TCP Vegas (L. Brakmo, L. Peterson, 1995) has the idea. Netflix's library
 * concurrency-limits has this rule as GradientLimit, and a relative of it, with
 * a long mean in place of the least latency, as Gradient2Limit (E. Landau, W.
 * Thurston, T. Bozarth: Performance Under Load, 2018).
 */
#include <math.h>

#include <flagrace/strategy.h>

#include "strategies/own-limit.h"

/* A latency that varies by itself is not to be taken for a queue. */
static const double TOLERANCE = 1.5, LEAST_GRADIENT = 0.5, CUT = 0.7;

static double next_limit(const struct own_limit_round *round)
{
	double gradient = TOLERANCE * round->least_ns / round->mean_ns;

	if (gradient > 1)
		gradient = 1;
	if (gradient < LEAST_GRADIENT)
		gradient = LEAST_GRADIENT;
	/* A limit that was not reached says nothing about the server. */
	if (!round->full)
		return round->limit * gradient;
	return round->limit * gradient + sqrt(round->limit);
}

static int setup(struct fr_job *job)
{
	return own_limit_setup(job, next_limit, CUT);
}

FR_STRATEGY(gradient) = {
	.abi = FR_STRATEGY_ABI,
	.name = "gradient",
	.summary = "as multi-poll, with a limit that follows the latency",
	.default_concurrency = 20,
	.flags = FR_OWN_LIMIT,
	.setup = setup,
	.download_many = own_limit_download_many,
	.teardown = own_limit_teardown,
};
