/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan that is carried out: its blocks, and the work on its items. */
#include "harness/plan/plan.h"

#include "harness/plan/latency_names.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "harness/base/work.h"
#include "harness/plan/work_spec.h"

static bool has_cpu_work(const struct plan *plan)
{
	struct work_spec spec;

	for (size_t i = 0; i < plan->count; i++)
		if (work_spec_parse(&spec, plan->cells[i].workload.work, "",
			    NULL) == 0 &&
			spec.cpu[0])
			return true;
	return false;
}

void plan_calibrate(struct plan *plan, uint64_t known)
{
	if (!has_cpu_work(plan))
		return;
	plan->rounds_per_ms = known ? known : work_measure_rounds_per_ms();
	for (size_t i = 0; i < plan->count; i++)
		plan->cells[i].rounds_per_ms = plan->rounds_per_ms;
}

uint64_t plan_most_requests(const struct plan *plan)
{
	uint64_t most = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (plan->cells[i].workload.requests > most)
			most = plan->cells[i].workload.requests;
	return most;
}

bool plan_has_link(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (plan->cells[i].workload.link[0])
			return true;
	return false;
}

bool plan_has_trace(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		if (latency_may_be_trace(plan->cells[i].workload.latency))
			return true;
	return false;
}

int plan_order(
	const struct plan *plan, uint64_t seed, int64_t block, size_t *order)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	if (!rng)
		return -ENOMEM;
	for (size_t i = 0; i < plan->count; i++)
		order[i] = i;
	/* Neighbouring blocks and seeds get different orders. */
	gsl_rng_set(rng, (unsigned long)(seed * 1000003u + (uint64_t)block));
	gsl_ran_shuffle(rng, order, plan->count, sizeof(*order));
	gsl_rng_free(rng);
	return 0;
}

/* The finalizer of splitmix64: each bit of x changes half of the result. */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
	return x ^ (x >> 31);
}

uint64_t plan_seed(uint64_t seed, int64_t block)
{
	if (block == 1)
		return seed;
	/* Mixed twice, so that runs with neighbouring seeds share no blocks. */
	return mix(mix(seed + 0x9e3779b97f4a7c15) + (uint64_t)block) >> 11;
}
