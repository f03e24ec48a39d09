/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the strategies that find their own concurrency have in common: the loop
 * of multi-poll with a limit on the requests in flight, which follows what the
 * answers show. It starts at OWN_LIMIT_FIRST and never exceeds
 * job->concurrency. A rule of the strategy moves it once a round.
 *
 * A round is as many answers as the limit allows in flight, which is a round
 * trip, but at least OWN_LIMIT_ROUND, because the mean of a few latencies says
 * little. All times are the stamps of the samples: a strategy reads no clock.
 */
#ifndef STRATEGIES_OWN_LIMIT_H
#define STRATEGIES_OWN_LIMIT_H

#include <flagrace/job.h>

enum { OWN_LIMIT_FIRST = 4, OWN_LIMIT_ROUND = 20 };

struct own_limit_round {
	double limit;    /* requests in flight, >= 1; need not be whole */
	double mean_ns;  /* mean latency of the round's answers */
	double least_ns; /* what it was when the server was least busy */
	bool full;       /* there were as many requests as the limit allowed */
};

/* The limit of the next round. It is then cut to 1..job->concurrency. */
typedef double own_limit_rule(const struct own_limit_round *round);

/*
 * As the members of struct fr_strategy. A request that times out, is reset or is
 * answered 429 or 5xx cuts the limit at once to the share `cut`, but only once
 * for all requests that were begun before.
 */
int own_limit_setup(struct fr_job *job, own_limit_rule *rule, double cut);
int own_limit_download_many(struct fr_job *job);
void own_limit_teardown(struct fr_job *job);

#endif
