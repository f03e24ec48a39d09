/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop on a multi handle with a limit that follows the answers. */
#include "strategies/own-limit.h"

#include <errno.h>
#include <stdlib.h>

#include "strategies/multi.h"

/* The weight of the latest round in the mean from which the least is taken. */
static const double WEIGHT = 0.125;

struct own_limit {
	atomic_size_t next;
	struct multi multi;
	own_limit_rule *rule;
	double cut;
	double limit;
	double smooth_ns, least_ns; /* 0: no round has ended */
	uint64_t cut_ns;            /* when the limit was cut; 0: never */
	/* Of this round. */
	unsigned answers;
	double sum_ns;
	bool full;
};

static void set_limit(struct own_limit *own, double limit)
{
	const double most = own->multi.job->concurrency;

	if (limit < 1)
		limit = 1;
	own->limit = limit < most ? limit : most;
	own->multi.most = (unsigned)own->limit;
	own->answers = 0;
	own->sum_ns = 0;
	own->full = false;
}

/* The limit is too high for the server: a sign that nothing else explains. */
static bool is_refused(const struct fr_sample *sample, enum fr_status status)
{
	switch (status) {
	case FR_AGAIN:
	case FR_TIMEOUT:
	case FR_NET_ERROR:
		return true;
	case FR_HTTP_ERROR:
		return sample->http_status == 429 || sample->http_status >= 500;
	case FR_NOT_RUN:
	case FR_OK:
	case FR_CANCELLED:
		break;
	}
	return false;
}

static void end_round(struct own_limit *own)
{
	struct own_limit_round round = {
		.limit = own->limit,
		.mean_ns = own->sum_ns / own->answers,
		.full = own->full,
	};

	/* The mean of one round may be small by chance. */
	if (own->smooth_ns > 0)
		own->smooth_ns += WEIGHT * (round.mean_ns - own->smooth_ns);
	else
		own->smooth_ns = own->least_ns = round.mean_ns;
	if (own->least_ns > own->smooth_ns)
		own->least_ns = own->smooth_ns;
	round.least_ns = own->least_ns;
	set_limit(own, own->rule(&round));
}

/* The item's transfer has ended, and was one of in_flight + 1. */
static void ended(void *arg, size_t item, enum fr_status status)
{
	struct own_limit *own = arg;
	const struct fr_sample *sample = &own->multi.job->samples[item];
	uint64_t start_ns =
		sample->tried_ns ? sample->tried_ns : sample->start_ns;
	uint64_t end_ns =
		sample->answered_ns ? sample->answered_ns : sample->end_ns;

	if (is_refused(sample, status)) {
		if (start_ns < own->cut_ns)
			return;
		own->cut_ns = end_ns;
		set_limit(own, own->limit * own->cut);
		return;
	}
	own->answers++;
	own->sum_ns += (double)(end_ns - start_ns);
	own->full |= own->multi.in_flight + 1 >= own->multi.most;
	if (own->answers >= OWN_LIMIT_ROUND && own->answers >= own->limit)
		end_round(own);
}

int own_limit_download_many(struct fr_job *job)
{
	struct own_limit *own = job->priv;
	int rc = multi_begin(&own->multi);

	while (!rc && multi_busy(&own->multi)) {
		rc = multi_wait(&own->multi);
		if (!rc)
			rc = multi_collect(&own->multi);
	}
	return rc;
}

void own_limit_teardown(struct fr_job *job)
{
	struct own_limit *own = job->priv;

	multi_close(&own->multi);
	free(own);
}

int own_limit_setup(struct fr_job *job, own_limit_rule *rule, double cut)
{
	struct own_limit *own = calloc(1, sizeof(*own));
	int rc;

	if (!own)
		return -ENOMEM;
	job->priv = own;
	rc = multi_open(&own->multi, job, &own->next, 0, job->concurrency);
	if (rc) {
		own_limit_teardown(job);
		return rc;
	}
	own->rule = rule;
	own->cut = cut;
	own->multi.ended = ended;
	own->multi.ended_arg = own;
	set_limit(own, OWN_LIMIT_FIRST);
	return 0;
}
