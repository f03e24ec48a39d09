/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of a sweep lie in a matrix: for each cell (a line), each value of
 * the setting and each block, one time. Blocks are drawn from it with
 * replacement for the intervals (the percentile bootstrap: B. Efron and R. J.
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 */
#include "harness/analysis/crossing.h"

#include <errno.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/runs/collection.h"

enum {
	RESAMPLES = 1000,
	BLOCKS_MIN = 6,   /* fewer give no interval, as for medians */
	CELLS_MAX = 1024, /* of a run with more, no sweep is looked for */
};

struct sweep {
	const struct collection *collection;
	const struct setting *setting;
	const char *unit;
	size_t *groups; /* of the sweep */
	size_t group_count;
	double *levels; /* ascending */
	size_t level_count;
	const struct trial_row **lines; /* a row of each cell, at any level */
	size_t line_count;
	struct block {
		size_t run;
		int64_t block;
	} * blocks; /* ascending */
	size_t block_count;
	double *times; /* [line][level][block]; NaN: none */
	size_t *drawn; /* block_count of them: the blocks of a resample */
	double *values, *roots; /* block_count; RESAMPLES */
};

static void sweep_release(struct sweep *sweep)
{
	free(sweep->groups);
	free(sweep->levels);
	free(sweep->lines);
	free(sweep->blocks);
	free(sweep->times);
	free(sweep->drawn);
	free(sweep->values);
	free(sweep->roots);
}

static const struct trial_row *row_of(const struct sweep *sweep, size_t group)
{
	return &sweep->collection->grouping.groups[group];
}

static bool same_value(const struct setting *setting, const struct trial_row *a,
	const struct trial_row *b)
{
	return setting_compare(setting, &a->workload, &b->workload) == 0;
}

/* Whether two cells may belong to one sweep of the setting. */
static bool same_sweep(const struct setting *setting, const struct trial_row *a,
	const struct trial_row *b)
{
	for (const struct setting *s = workload_settings; s->name; s++)
		if (s != setting && !same_value(s, a, b))
			return false;
	return true;
}

/* Whether two cells differ in the swept setting at most. */
static bool same_line(const struct trial_row *a, const struct trial_row *b)
{
	return strcmp(a->strategy, b->strategy) == 0 &&
		a->concurrency == b->concurrency;
}

static bool level_of(const struct sweep *sweep, size_t group, double *level)
{
	return setting_level(sweep->setting, &row_of(sweep, group)->workload,
		       level) != NULL;
}

/*
 * Takes the groups that belong to the sweep of `first`. Returns false if an
 * earlier group does, so that the sweep is known already.
 */
static bool take_groups(struct sweep *sweep, size_t first)
{
	const struct grouping *grouping = &sweep->collection->grouping;
	double level;

	sweep->group_count = 0;
	for (size_t g = 0; g < grouping->count; g++) {
		if (!same_sweep(sweep->setting, &grouping->groups[first],
			    &grouping->groups[g]) ||
			!level_of(sweep, g, &level) ||
			!strcmp(grouping->groups[g].strategy, SUMMARY_FLOOR))
			continue;
		if (g < first)
			return false;
		sweep->groups[sweep->group_count++] = g;
	}
	return true;
}

/* Finds the levels, each once, and the cells. */
static void take_levels(struct sweep *sweep)
{
	size_t count = 0;

	sweep->line_count = 0;
	for (size_t i = 0; i < sweep->group_count; i++) {
		const struct trial_row *row = row_of(sweep, sweep->groups[i]);
		size_t line = 0;

		(void)level_of(sweep, sweep->groups[i], &sweep->levels[i]);
		while (line < sweep->line_count &&
			!same_line(sweep->lines[line], row))
			line++;
		if (line == sweep->line_count)
			sweep->lines[sweep->line_count++] = row;
	}
	gsl_sort(sweep->levels, 1, sweep->group_count);
	for (size_t i = 0; i < sweep->group_count; i++)
		if (!count || sweep->levels[count - 1] < sweep->levels[i])
			sweep->levels[count++] = sweep->levels[i];
	sweep->level_count = count;
}

static int compare_blocks(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

/* Returns 0 or -ENOMEM. */
static int take_blocks(struct sweep *sweep)
{
	size_t points = 0, count = 0;

	for (size_t i = 0; i < sweep->group_count; i++)
		points += collection_series(sweep->collection, sweep->groups[i])
				  ->count;
	free(sweep->blocks);
	sweep->blocks = calloc(points + 1, sizeof(*sweep->blocks));
	if (!sweep->blocks)
		return -ENOMEM;
	for (size_t i = 0; i < sweep->group_count; i++) {
		const struct series *series =
			collection_series(sweep->collection, sweep->groups[i]);

		for (size_t p = 0; p < series->count; p++)
			sweep->blocks[count++] = (struct block){
				series->points[p].run, series->points[p].block};
	}
	qsort(sweep->blocks, count, sizeof(*sweep->blocks), compare_blocks);
	sweep->block_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!i ||
			compare_blocks(&sweep->blocks[i],
				&sweep->blocks[sweep->block_count - 1]))
			sweep->blocks[sweep->block_count++] = sweep->blocks[i];
	return 0;
}

static double *times_at(const struct sweep *sweep, size_t line, size_t level)
{
	return &sweep->times[(line * sweep->level_count + level) *
		sweep->block_count];
}

/* Enters the times of a group. If a block has several, the last one counts. */
static void enter_times(struct sweep *sweep, size_t group)
{
	const struct series *series =
		collection_series(sweep->collection, group);
	const struct trial_row *row = row_of(sweep, group);
	size_t line = 0, level = 0;
	double *times, at = 0;

	(void)level_of(sweep, group, &at);
	while (!same_line(sweep->lines[line], row))
		line++;
	while (sweep->levels[level] < at)
		level++;
	times = times_at(sweep, line, level);
	for (size_t p = 0; p < series->count; p++) {
		const struct block key = {
			series->points[p].run, series->points[p].block};
		const struct block *found = bsearch(&key, sweep->blocks,
			sweep->block_count, sizeof(key), compare_blocks);

		times[found - sweep->blocks] = series->points[p].figures[0];
	}
}

static int take_times(struct sweep *sweep)
{
	size_t blocks = sweep->block_count;
	size_t count = sweep->line_count * sweep->level_count * blocks;

	free(sweep->times);
	free(sweep->drawn);
	free(sweep->values);
	sweep->times = calloc(count + 1, sizeof(*sweep->times));
	sweep->drawn = calloc(blocks + 1, sizeof(*sweep->drawn));
	sweep->values = calloc(blocks + 1, sizeof(*sweep->values));
	if (!sweep->times || !sweep->drawn || !sweep->values)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		sweep->times[i] = NAN;
	for (size_t i = 0; i < sweep->group_count; i++)
		enter_times(sweep, sweep->groups[i]);
	for (size_t b = 0; b < blocks; b++)
		sweep->drawn[b] = b;
	return 0;
}

/* The median over the drawn blocks; NaN: no block has a time. */
static double median_at(const struct sweep *sweep, size_t line, size_t level)
{
	const double *times = times_at(sweep, line, level);

	for (size_t b = 0; b < sweep->block_count; b++)
		sweep->values[b] = times[sweep->drawn[b]];
	return stats_quantile(sweep->values,
		stats_sort(sweep->values, sweep->block_count), 0.5);
}

/* The cell that is fastest at the largest value; line_count: none was run. */
static size_t find_winner(const struct sweep *sweep)
{
	size_t winner = sweep->line_count;
	double least = INFINITY;

	for (size_t line = 0; line < sweep->line_count; line++) {
		double time = median_at(sweep, line, sweep->level_count - 1);

		if (time < least) {
			least = time;
			winner = line;
		}
	}
	return winner;
}

/* By how much the cell takes longer than the winner and the margin allow. */
static double excess_at(
	const struct sweep *sweep, size_t line, size_t winner, size_t level)
{
	return median_at(sweep, line, level) -
		(1 + CROSSING_MARGIN) * median_at(sweep, winner, level);
}

/*
 * The value from which on the cell loses, by linear interpolation between the
 * last value at which it does not and the next one. INFINITY: it does not lose
 * at the largest; -INFINITY: it loses at every value; NaN: a time is missing.
 */
static double find_root(const struct sweep *sweep, size_t line, size_t winner)
{
	size_t level = sweep->level_count - 1;
	double above = excess_at(sweep, line, winner, level);

	if (isnan(above))
		return NAN;
	if (above <= 0)
		return INFINITY;
	while (level-- > 0) {
		double here = excess_at(sweep, line, winner, level);
		double step = sweep->levels[level + 1] - sweep->levels[level];

		if (isnan(here))
			return NAN;
		if (here <= 0)
			return sweep->levels[level] +
				step * -here / (above - here);
		above = here;
	}
	return -INFINITY;
}

static void draw_blocks(struct sweep *sweep, gsl_rng *rng)
{
	for (size_t b = 0; b < sweep->block_count; b++)
		sweep->drawn[b] = gsl_rng_uniform_int(rng, sweep->block_count);
}

/* Fills in the interval of the row. The draws begin anew for each row. */
static void fill_interval(struct sweep *sweep, struct crossing *row,
	size_t line, size_t winner, gsl_rng *rng)
{
	size_t known = 0;

	row->at.low = row->at.high = NAN;
	if (sweep->block_count < BLOCKS_MIN)
		return;
	gsl_rng_set(rng, 1);
	for (size_t i = 0; i < RESAMPLES; i++) {
		double root;

		draw_blocks(sweep, rng);
		root = find_root(sweep, line, winner);
		if (!isnan(root))
			sweep->roots[known++] = root;
	}
	for (size_t b = 0; b < sweep->block_count; b++)
		sweep->drawn[b] = b;
	if (!known)
		return;
	gsl_sort(sweep->roots, 1, known);
	row->at.low =
		sweep->roots[stats_rank(known, (1 - STATS_CONFIDENCE) / 2) - 1];
	row->at.high =
		sweep->roots[stats_rank(known, (1 + STATS_CONFIDENCE) / 2) - 1];
}

static void write_label(
	char label[SUMMARY_LABEL_MAX], const struct trial_row *row)
{
	struct summary_row cell = {.concurrency = row->concurrency};

	memcpy(cell.strategy, row->strategy, sizeof(cell.strategy));
	summary_label(label, &cell);
}

/* Adds a row for each cell of the sweep but the winner. */
static int add_rows(
	struct crossings *crossings, struct sweep *sweep, gsl_rng *rng)
{
	size_t winner = find_winner(sweep), old = crossings->count;
	size_t number = old ? crossings->rows[old - 1].sweep + 1 : 1;
	struct crossing *rows = realloc(
		crossings->rows, (old + sweep->line_count + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	crossings->rows = rows;
	for (size_t line = 0; line < sweep->line_count; line++) {
		struct crossing *row = &rows[crossings->count];
		double root;

		if (winner == sweep->line_count || line == winner)
			continue;
		root = find_root(sweep, line, winner);
		if (isnan(root))
			continue;
		*row = (struct crossing){
			.sweep = number,
			.setting = sweep->setting,
			.unit = sweep->unit,
			.least = sweep->levels[0],
			.most = sweep->levels[sweep->level_count - 1],
			.workload = sweep->lines[line]->workload,
			.at.value = root,
			.kind = isfinite(root) ? CROSSING_FROM
				: root < 0     ? CROSSING_EVERYWHERE
					       : CROSSING_NOWHERE,
		};
		write_label(row->winner, sweep->lines[winner]);
		write_label(row->label, sweep->lines[line]);
		fill_interval(sweep, row, line, winner, rng);
		crossings->count++;
	}
	return 0;
}

/* Looks for the sweeps of one setting. */
static int find_sweeps(
	struct crossings *crossings, struct sweep *sweep, gsl_rng *rng)
{
	size_t count = sweep->collection->grouping.count;
	int rc = 0;

	for (size_t first = 0; first < count && !rc; first++) {
		double level;

		sweep->unit = setting_level(sweep->setting,
			&row_of(sweep, first)->workload, &level);
		if (!sweep->unit || !take_groups(sweep, first))
			continue;
		take_levels(sweep);
		if (sweep->level_count < CROSSING_LEVELS_MIN)
			continue;
		rc = take_blocks(sweep);
		if (!rc)
			rc = take_times(sweep);
		if (!rc)
			rc = add_rows(crossings, sweep, rng);
	}
	return rc;
}

static int find_all(
	struct crossings *crossings, const struct collection *collection)
{
	size_t count = collection->grouping.count;
	struct sweep sweep = {
		.collection = collection,
		.groups = calloc(count + 1, sizeof(*sweep.groups)),
		.levels = calloc(count + 1, sizeof(*sweep.levels)),
		.lines = calloc(count + 1, sizeof(*sweep.lines)),
		.roots = calloc(RESAMPLES, sizeof(*sweep.roots)),
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int rc = 0;

	if (!sweep.groups || !sweep.levels || !sweep.lines || !sweep.roots ||
		!rng)
		rc = -ENOMEM;
	for (sweep.setting = workload_settings; sweep.setting->name && !rc;
		sweep.setting++)
		rc = find_sweeps(crossings, &sweep, rng);
	if (rng)
		gsl_rng_free(rng);
	sweep_release(&sweep);
	return rc;
}

int crossings_find(struct crossings *crossings, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err)
{
	const struct collection_terms terms = {
		.keys = GROUPING_BY_CELL,
		.metrics = clock == CLOCK_TOTAL ? "total_ns" : "elapsed_ns",
	};
	struct collection collection;
	int rc = collection_init(&collection, run_dirs, runs, &terms, err);

	*crossings = (struct crossings){0};
	if (!rc && collection.grouping.count <= CELLS_MAX &&
		find_all(crossings, &collection))
		rc = fr_error_memory(err);
	collection_release(&collection);
	return rc;
}

void crossings_release(struct crossings *crossings)
{
	free(crossings->rows);
	*crossings = (struct crossings){0};
}
