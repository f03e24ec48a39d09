/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes rows of the trials of a race, and finds the one that is recommended. */
#include "harness/race/advise_findings.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/cpus.h"
#include "harness/roster/traits.h"
#include "harness/runs/measures.h"

double advise_time_of(
	const struct advise_terms *terms, const struct trial_row *row)
{
	if (!trial_verdict_counts(row->verdict))
		return NAN;
	return terms->clock == CLOCK_TOTAL ? trial_total_ns(row)
					   : measure_known(row->elapsed_ns);
}

/* The blocks of a raced cell that were run, as trials. */
static const struct trial_row *trials_of(
	const struct advise_findings *found, size_t cell, size_t *count)
{
	*count = found->elimination->cells[cell].blocks;
	if (*count > found->elimination->block)
		*count = found->elimination->block;
	return &found->trials[cell * ELIMINATION_BLOCKS_MAX];
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

static void take_costs(struct advice_row *row,
	const struct advise_findings *found, size_t cell)
{
	double values[ELIMINATION_BLOCKS_MAX];
	size_t count;
	const struct trial_row *trials = trials_of(found, cell, &count);

	for (size_t i = 0; i < count; i++)
		values[i] = advise_time_of(found->terms, &trials[i]);
	row->time = stats_median(values, count);
	row->blocks = count;
	row->ideal_ns = median_of(trials, count, ideal_of);
	row->cpu_ns = median_of(trials, count, trial_cpu_ns);
	row->memory_bytes = median_of(trials, count, memory_of);
	row->connections = median_of(trials, count, connections_of);
	take_words(row, trials, count);
}

static enum advice_state state_of(
	const struct advise_findings *found, size_t cell)
{
	const struct elimination *elimination = found->elimination;

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
static void take_raced(struct advice_row *row,
	const struct advise_findings *found, size_t cell)
{
	const struct elimination *elimination = found->elimination;

	row->state = state_of(found, cell);
	take_costs(row, found, cell);
	if (elimination->leader < found->count)
		row->ratio = elimination_ratio(
			elimination, cell, elimination->leader);
	if (row->state == ADVICE_SLOWER || row->state == ADVICE_FAILING)
		name_cell(row->slower_than,
			&found->all->cells
				 [found->cells[elimination->cells[cell].by]]);
}

/* The raced cell that is recommended. found->count: none. */
static size_t choose(const struct advise_findings *found)
{
	size_t *order = calloc(found->count + 1, sizeof(*order));
	size_t chosen = found->count;

	if (!order || found->elimination->leader == found->count) {
		free(order);
		return chosen;
	}
	/* Of one strategy, the cell with fewer requests in flight is simpler. */
	for (size_t i = 0; i < found->count; i++) {
		const struct cell *cell = &found->all->cells[found->cells[i]];

		order[i] = traits_place(
				   cell->strategy->name, found->terms->order) *
				(CELL_CONCURRENCY_MAX + 1) +
			cell->concurrency;
	}
	chosen = elimination_choose(found->elimination, order);
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

int advise_conclude(struct advice *advice, const struct advise_findings *found)
{
	const struct elimination *elimination = found->elimination;
	const struct plan *all = found->all;

	if (advice_init(advice, all->count))
		return -ENOMEM;
	advice->clock = found->terms->clock;
	advice->workload = all->cells[0].workload;
	write_constraints(advice->constraints, found->terms);
	advice->trials_max = advise_trials_max(all, found->race->blocks);
	advice->blocks_max = advise_blocks(found->race->blocks);
	advice->trials = found->race->position;
	for (size_t i = 0; i < all->count; i++) {
		struct advice_row *row = &advice->rows[i];

		row->state = found->beyond[i] ? ADVICE_BEYOND : ADVICE_INVALID;
		row->recommended = 0;
		row->blocks = 0;
		(void)snprintf(row->strategy, sizeof(row->strategy), "%s",
			all->cells[i].strategy->name);
		row->concurrency = all->cells[i].concurrency;
		row->place =
			1 + traits_place(row->strategy, found->terms->order);
		row->least_ns = found->least_ns[i];
	}
	if (!elimination)
		return 0;
	advice->blocks = elimination->block;
	for (size_t i = 0; i < found->count; i++)
		take_raced(&advice->rows[found->cells[i]], found, i);
	if (elimination->block && choose(found) < found->count)
		advice->rows[found->cells[choose(found)]].recommended = 1;
	advice_sort(advice);
	advice_find_changes(advice);
	return 0;
}
