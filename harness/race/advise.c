/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first block does not count: it runs one cell of each strategy, and tells
 * how long the fastest takes. A cell whose delays alone take longer cannot win,
 * whatever its strategy, and is not raced. The others race.
 */
#include "harness/race/advise.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/judge.h"
#include "harness/race/advise_findings.h"
#include "harness/race/forecast.h"

/* A race that is run. */
struct advise {
	struct race *race;
	const struct advise_terms *terms;
	const struct plan *all;
	double *least_ns;
	bool *beyond;
	size_t *cells;
	size_t count;
	struct elimination *elimination;
	struct trial_row *trials; /* as in struct advise_findings */
	struct plan plan;         /* the cells of the block that is run */
	size_t *members;          /* of `cells`, those of that block */
	struct trial_row *rows;   /* of that block */
};

static void advise_release(struct advise *advise)
{
	free(advise->least_ns);
	free(advise->beyond);
	free(advise->cells);
	free(advise->plan.cells);
	free(advise->members);
	free(advise->rows);
	elimination_free(advise->elimination);
	free(advise->trials);
}

static int advise_init(struct advise *advise, struct race *race,
	const struct advise_terms *terms)
{
	size_t count = race->plan->count;

	*advise = (struct advise){
		.race = race,
		.terms = terms,
		.all = race->plan,
		.least_ns = calloc(count, sizeof(*advise->least_ns)),
		.beyond = calloc(count, sizeof(*advise->beyond)),
		.cells = calloc(count, sizeof(*advise->cells)),
		.plan.cells = calloc(count, sizeof(*advise->plan.cells)),
		.members = calloc(count, sizeof(*advise->members)),
		.rows = calloc(count, sizeof(*advise->rows)),
	};
	return advise->least_ns && advise->beyond && advise->cells &&
			advise->plan.cells && advise->members && advise->rows
		? 0
		: -ENOMEM;
}

/* Whether cell i is the one of its strategy that the first block runs. */
static bool is_first(const struct plan *plan, const double *least_ns, size_t i)
{
	for (size_t j = 0; j < plan->count; j++) {
		bool before = j < i ? least_ns[j] <= least_ns[i]
				    : least_ns[j] < least_ns[i];

		if (before &&
			plan->cells[j].strategy == plan->cells[i].strategy)
			return false;
	}
	return true;
}

/* What each cell takes at least. Returns 0, or -1 with *err. */
static int find_least(double *least_ns, double *best_ns,
	const struct plan *plan, uint64_t seed, struct fr_error *err)
{
	int rc = 0;

	*best_ns = INFINITY;
	for (size_t i = 0; i < plan->count && !rc; i++) {
		rc = forecast_least(
			&least_ns[i], &plan->cells[i], plan_seed(seed, 0), err);
		*best_ns = fmin(*best_ns, least_ns[i]);
	}
	return rc;
}

/* Runs the block of the members' cells. */
static enum race_outcome run_block(
	struct advise *advise, int64_t block, struct fr_error *err)
{
	memset(advise->rows, 0, advise->plan.count * sizeof(*advise->rows));
	return race_block(
		advise->race, &advise->plan, block, advise->rows, err);
}

/*
 * The first block: the cells of each strategy that take the least, unless they
 * take much longer than those of others. *best_ns: the fastest of them.
 */
static enum race_outcome run_first(
	struct advise *advise, double *best_ns, struct fr_error *err)
{
	const struct plan *all = advise->all;
	enum race_outcome outcome;
	double least;

	if (find_least(advise->least_ns, &least, all, advise->race->seed, err) <
		0)
		return RACE_FAILED;
	advise->plan.count = 0;
	for (size_t i = 0; i < all->count; i++)
		if (is_first(all, advise->least_ns, i) &&
			advise->least_ns[i] <= ADVISE_BEYOND * least)
			advise->plan.cells[advise->plan.count++] =
				all->cells[i];
	outcome = run_block(advise, 0, err);
	*best_ns = INFINITY;
	for (size_t i = 0; i < advise->plan.count; i++)
		*best_ns = fmin(*best_ns,
			advise_time_of(advise->terms, &advise->rows[i]));
	return outcome;
}

/* Prepares the race of the cells that may win. Returns 0 or -ENOMEM. */
static int enter(struct advise *advise, double best_ns)
{
	struct elimination_terms terms = {
		.blocks = advise_blocks(advise->race->blocks),
		.of_cells = advise->all->count,
		.spent = advise->plan.count,
	};

	for (size_t i = 0; i < advise->all->count; i++) {
		advise->beyond[i] =
			advise->least_ns[i] > ADVISE_BEYOND * best_ns;
		if (!advise->beyond[i])
			advise->cells[advise->count++] = i;
	}
	terms.cells = advise->count;
	advise->trials = calloc(advise->count * ELIMINATION_BLOCKS_MAX + 1,
		sizeof(*advise->trials));
	return advise->trials ? elimination_create(&advise->elimination, &terms)
			      : -ENOMEM;
}

/* Takes the cells that are in as those of the next block. */
static void take_members(struct advise *advise)
{
	advise->plan.count = 0;
	for (size_t i = 0; i < advise->count; i++) {
		if (advise->elimination->cells[i].state != ELIMINATION_IN)
			continue;
		advise->members[advise->plan.count] = i;
		advise->plan.cells[advise->plan.count++] =
			advise->all->cells[advise->cells[i]];
	}
}

static struct failing failing_of(const struct trial_row *row)
{
	uint64_t failed = 0;

	if (!trial_verdict_counts(row->verdict) || row->ok == FR_UNKNOWN)
		return (struct failing){0, 0};
	failed = row->workload.requests - row->ok;
	return (struct failing){failed, row->workload.requests};
}

/* Enters the trial of the block's i-th cell. */
static void enter_trial(struct advise *advise, size_t i)
{
	struct elimination *elimination = advise->elimination;
	const struct trial_row *row = &advise->rows[i];
	const struct elimination_trial trial = {
		.time = advise_time_of(advise->terms, row),
		.failing = failing_of(row),
		.excused = judge_blames_machine(row),
	};
	size_t cell = advise->members[i];

	advise->trials[cell * ELIMINATION_BLOCKS_MAX + elimination->block] =
		*row;
	elimination_tell(elimination, cell, &trial);
}

static enum race_outcome run_blocks(struct advise *advise, struct fr_error *err)
{
	struct elimination *elimination = advise->elimination;
	enum race_outcome outcome;
	bool more = true;

	for (int64_t block = 1; more; block++) {
		take_members(advise);
		outcome = run_block(advise, block, err);
		if (outcome != RACE_FINISHED)
			return outcome;
		for (size_t i = 0; i < advise->plan.count; i++)
			enter_trial(advise, i);
		more = elimination_end_block(elimination);
		if (advise->terms->told)
			advise->terms->told(advise->terms->ctx, elimination);
	}
	return RACE_FINISHED;
}

/* Makes the advice of what was measured. Returns 0 or -ENOMEM. */
static int conclude(struct advice *advice, const struct advise *advise)
{
	const struct advise_findings findings = {
		.race = advise->race,
		.terms = advise->terms,
		.all = advise->all,
		.least_ns = advise->least_ns,
		.beyond = advise->beyond,
		.cells = advise->cells,
		.count = advise->count,
		.elimination = advise->elimination,
		.trials = advise->trials,
	};

	return advise_conclude(advice, &findings);
}

enum race_outcome advise_race(struct advice *advice, struct race *race,
	const struct advise_terms *terms, struct fr_error *err)
{
	enum race_outcome outcome = RACE_FAILED;
	struct advise advise;
	double best_ns;

	*advice = (struct advice){0};
	if (advise_init(&advise, race, terms)) {
		(void)fr_error_memory(err);
	} else {
		outcome = run_first(&advise, &best_ns, err);
		if (outcome == RACE_FINISHED && enter(&advise, best_ns)) {
			(void)fr_error_memory(err);
			outcome = RACE_FAILED;
		}
		if (outcome == RACE_FINISHED)
			outcome = run_blocks(&advise, err);
		if (conclude(advice, &advise)) {
			(void)fr_error_memory(err);
			outcome = RACE_FAILED;
		}
		advice->interrupted = outcome == RACE_INTERRUPTED;
	}
	advise_release(&advise);
	return outcome;
}
