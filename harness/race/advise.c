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

#include "harness/base/cpus.h"
#include "harness/judge/judge.h"
#include "harness/race/forecast.h"
#include "harness/roster/traits.h"
#include "harness/runs/measures.h"

/* A race that is run. */
struct advise {
	struct race *race;
	const struct advise_terms *terms;
	const struct plan *all;
	double *least_ns; /* of each cell of `all`, in the first block */
	bool *beyond;     /* of each cell of `all`: it is not raced */
	size_t *cells;    /* of `all`, that are raced: `count` of them */
	size_t count;
	struct plan plan;       /* the cells of the block that is run */
	size_t *members;        /* of `cells`, those of that block */
	struct trial_row *rows; /* of that block */
	struct elimination *elimination;
	struct trial_row *trials; /* [raced cell][block], of those run */
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

static double time_of(
	const struct advise_terms *terms, const struct trial_row *row)
{
	if (!trial_verdict_counts(row->verdict))
		return NAN;
	return terms->clock == CLOCK_TOTAL ? trial_total_ns(row)
					   : measure_known(row->elapsed_ns);
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
		*best_ns = fmin(
			*best_ns, time_of(advise->terms, &advise->rows[i]));
	return outcome;
}

/* Prepares the race of the cells that may win. Returns 0 or -ENOMEM. */
static int enter(struct advise *advise, double best_ns)
{
	struct elimination_terms terms = {
		.blocks = advise_blocks(advise->race->blocks)};

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
		.time = time_of(advise->terms, row),
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

/* The blocks of a raced cell that were run, as trials. */
static const struct trial_row *trials_of(
	const struct advise *advise, size_t cell, size_t *count)
{
	*count = advise->elimination->cells[cell].blocks;
	if (*count > advise->elimination->block)
		*count = advise->elimination->block;
	return &advise->trials[cell * ELIMINATION_BLOCKS_MAX];
}

static double memory_of(const struct trial_row *row)
{
	return measure_known(row->memory_peak_bytes != FR_UNKNOWN
			? row->memory_peak_bytes
			: row->peak_rss_bytes);
}

static double ideal_of(const struct trial_row *row)
{
	return measure_known(row->ideal_ns);
}

static double connections_of(const struct trial_row *row)
{
	return measure_known(row->connections_opened);
}

/* The median over the trials that give figures. */
static double median_of(const struct trial_row *trials, size_t count,
	double (*figure)(const struct trial_row *row))
{
	double values[ELIMINATION_BLOCKS_MAX];

	for (size_t i = 0; i < count; i++)
		values[i] = trial_verdict_counts(trials[i].verdict)
			? figure(&trials[i])
			: NAN;
	return stats_median(values, count).value;
}

/* The most frequent bound_by, and the first reason of an invalid trial. */
static void take_words(
	struct advice_row *row, const struct trial_row *trials, size_t count)
{
	size_t most = 0;

	for (size_t i = 0; i < count; i++) {
		size_t alike = 0;

		if (!trial_verdict_counts(trials[i].verdict)) {
			if (!row->reason[0])
				memcpy(row->reason, trials[i].reason,
					sizeof(row->reason));
			continue;
		}
		for (size_t j = 0; j < count; j++)
			alike += trial_verdict_counts(trials[j].verdict) &&
				!strcmp(trials[j].bound_by, trials[i].bound_by);
		if (alike > most) {
			most = alike;
			memcpy(row->bound_by, trials[i].bound_by,
				sizeof(row->bound_by));
		}
	}
}

static void take_costs(
	struct advice_row *row, const struct advise *advise, size_t cell)
{
	double values[ELIMINATION_BLOCKS_MAX];
	size_t count;
	const struct trial_row *trials = trials_of(advise, cell, &count);

	for (size_t i = 0; i < count; i++)
		values[i] = time_of(advise->terms, &trials[i]);
	row->time = stats_median(values, count);
	row->blocks = count;
	row->ideal_ns = median_of(trials, count, ideal_of);
	row->cpu_ns = median_of(trials, count, trial_cpu_ns);
	row->memory_bytes = median_of(trials, count, memory_of);
	row->connections = median_of(trials, count, connections_of);
	take_words(row, trials, count);
}

static enum advice_state state_of(const struct advise *advise, size_t cell)
{
	const struct elimination *elimination = advise->elimination;

	switch (elimination->cells[cell].state) {
	case ELIMINATION_IN:
		if (cell == elimination->leader)
			return ADVICE_FASTEST;
		return elimination->cells[cell].close ? ADVICE_CLOSE
						      : ADVICE_LEVEL;
	case ELIMINATION_SLOWER:
		return ADVICE_SLOWER;
	case ELIMINATION_FAILING:
		return ADVICE_FAILING;
	case ELIMINATION_INVALID:
		break;
	}
	return ADVICE_INVALID;
}

static void name_cell(char label[SUMMARY_LABEL_MAX], const struct cell *cell)
{
	(void)snprintf(label, SUMMARY_LABEL_MAX, "%s@%u", cell->strategy->name,
		cell->concurrency);
}

/* Fills in the row of a cell that was raced. */
static void take_raced(
	struct advice_row *row, const struct advise *advise, size_t cell)
{
	const struct elimination *elimination = advise->elimination;

	row->state = state_of(advise, cell);
	take_costs(row, advise, cell);
	if (elimination->leader < advise->count)
		row->ratio = elimination_ratio(
			elimination, cell, elimination->leader);
	if (row->state == ADVICE_SLOWER || row->state == ADVICE_FAILING)
		name_cell(row->slower_than,
			&advise->all->cells
				 [advise->cells[elimination->cells[cell].by]]);
}

/* The raced cell that is recommended. advise->count: none. */
static size_t choose(const struct advise *advise)
{
	size_t *order = calloc(advise->count + 1, sizeof(*order));
	size_t chosen = advise->count;

	if (!order || advise->elimination->leader == advise->count) {
		free(order);
		return chosen;
	}
	/* Of one strategy, the cell with fewer requests in flight is simpler. */
	for (size_t i = 0; i < advise->count; i++) {
		const struct cell *cell = &advise->all->cells[advise->cells[i]];

		order[i] = traits_place(
				   cell->strategy->name, advise->terms->order) *
				(CELL_CONCURRENCY_MAX + 1) +
			cell->concurrency;
	}
	chosen = elimination_choose(advise->elimination, order);
	free(order);
	return chosen;
}

/* What the strategies had to do with, and without. */
static void write_constraints(
	char constraints[200], const struct advise_terms *terms)
{
	unsigned cpus = cpus_allowed();
	int used = snprintf(
		constraints, 200, "on %u CPU%s", cpus, cpus == 1 ? "" : "s");

	for (size_t i = 0; i < terms->without->count && used < 200; i++)
		used += snprintf(constraints + used, 200 - (size_t)used, "%s%s",
			i ? ", " : ", without ", terms->without->at[i].text);
}

/* Makes the advice of what was measured. Returns 0 or -ENOMEM. */
static int conclude(struct advice *advice, const struct advise *advise)
{
	const struct elimination *elimination = advise->elimination;
	const struct plan *all = advise->all;

	if (advice_init(advice, all->count))
		return -ENOMEM;
	advice->clock = advise->terms->clock;
	advice->workload = all->cells[0].workload;
	write_constraints(advice->constraints, advise->terms);
	advice->trials_max = advise_trials_max(all, advise->race->blocks);
	advice->blocks_max = advise_blocks(advise->race->blocks);
	advice->trials = advise->race->number;
	for (size_t i = 0; i < all->count; i++) {
		struct advice_row *row = &advice->rows[i];

		row->state = advise->beyond[i] ? ADVICE_BEYOND : ADVICE_INVALID;
		row->recommended = 0;
		row->blocks = 0;
		(void)snprintf(row->strategy, sizeof(row->strategy), "%s",
			all->cells[i].strategy->name);
		row->concurrency = all->cells[i].concurrency;
		row->place =
			1 + traits_place(row->strategy, advise->terms->order);
		row->least_ns = advise->least_ns[i];
	}
	if (!elimination)
		return 0;
	advice->blocks = elimination->block;
	for (size_t i = 0; i < advise->count; i++)
		take_raced(&advice->rows[advise->cells[i]], advise, i);
	if (elimination->block && choose(advise) < advise->count)
		advice->rows[advise->cells[choose(advise)]].recommended = 1;
	advice_sort(advice);
	advice_find_changes(advice);
	return 0;
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
	}
	advise_release(&advise);
	return outcome;
}
