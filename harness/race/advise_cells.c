/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of an advice, before it is made: which qualify, and how many trials. */
#include <math.h>
#include <stdlib.h>

#include "harness/race/advise.h"
#include "harness/race/forecast.h"
#include "harness/roster/traits.h"

int advise_qualify(struct plan *plan, const struct advise_terms *terms,
	struct fr_error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->count; i++) {
		const struct cell *cell = &plan->cells[i];
		const struct fr_strategy *strategy = cell->strategy;

		if (workload_compare_work(
			    &cell->workload, &plan->cells[0].workload))
			return fr_error_set(err, EXIT_USAGE,
				"the settings make several workloads; an "
				"advice is for one, so give each setting one "
				"value");
		if (cell->workload.arrivals[0])
			return fr_error_set(err, EXIT_USAGE,
				"arrivals '%.60s': advise races closed loops, "
				"because the schedule decides how long an open "
				"loop takes; 'flagrace tune' finds the highest "
				"rate",
				cell->workload.arrivals);
		if (strategy->flags & FR_NO_NETWORK ||
			traits_needs(strategy->name, terms->without))
			continue;
		plan->cells[kept++] = *cell;
	}
	plan->count = kept;
	return kept ? 0
		    : fr_error_set(err, EXIT_USAGE,
			      "--without leaves no strategy of those that were "
			      "asked for");
}

size_t advise_blocks(uint64_t blocks)
{
	return blocks && blocks < ELIMINATION_BLOCKS_MAX
		? (size_t)blocks
		: ELIMINATION_BLOCKS_MAX;
}

size_t advise_trials_max(const struct plan *plan, uint64_t blocks)
{
	struct elimination_terms terms = {
		.cells = plan->count, .blocks = advise_blocks(blocks)};

	for (size_t i = 0; i < plan->count; i++) {
		size_t j = 0;

		while (plan->cells[j].strategy != plan->cells[i].strategy)
			j++;
		terms.spent += j == i;
	}
	return terms.spent + elimination_trials_max(&terms);
}

/* A line with the cells that are raced in any case, or with the others. */
static void write_cells(FILE *out, const struct plan *plan, const double *ns,
	double most, bool near)
{
	const char *comma = near
		? "raced: "
		: "raced unless the fastest takes less than their delays: ";

	for (size_t i = 0; i < plan->count; i++) {
		if ((ns[i] <= most) != near)
			continue;
		fprintf(out, "%s%s@%u", comma, plan->cells[i].strategy->name,
			plan->cells[i].concurrency);
		comma = ", ";
	}
	if (comma[0] == ',')
		fprintf(out, "\n");
}

int advise_forecast(FILE *out, const struct plan *plan, uint64_t blocks,
	uint64_t seed, struct fr_error *err)
{
	double *ns = calloc(plan->count, sizeof(*ns)), best = INFINITY, sum = 0;
	struct elimination_terms near = {
		.blocks = advise_blocks(blocks), .of_cells = plan->count};
	size_t probable;
	int rc = ns ? 0 : fr_error_memory(err);

	for (size_t i = 0; i < plan->count && !rc; i++) {
		rc = forecast_trial(
			&ns[i], &plan->cells[i], plan_seed(seed, 1), err);
		best = fmin(best, ns[i]);
	}
	for (size_t i = 0; i < plan->count && !rc; i++)
		if (ns[i] <= ADVISE_BEYOND * best) {
			sum += ns[i];
			near.cells++;
		}
	near.spent = near.cells;
	probable = near.cells * (near.blocks + 1);
	if (probable > near.spent + elimination_trials_max(&near))
		probable = near.spent + elimination_trials_max(&near);
	if (!rc) {
		write_cells(out, plan, ns, ADVISE_BEYOND * best, true);
		write_cells(out, plan, ns, ADVISE_BEYOND * best, false);
		fprintf(out,
			"%zu cells, at most %zu blocks and %zu trials, probably "
			"%zu or fewer, about %.0f s\n",
			plan->count, near.blocks,
			advise_trials_max(plan, blocks), probable,
			ceil((double)probable * sum / (double)near.cells /
				1e9));
	}
	free(ns);
	return rc;
}
