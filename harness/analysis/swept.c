/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/swept.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	RESAMPLES = 1000,
	BLOCKS_MIN = 6,   /* fewer give no interval, as for medians */
	CELLS_MAX = 1024, /* of a run with more, no sweep is looked for */
};

static int swept_init(struct swept *swept, const struct collection *collection)
{
	size_t count = collection->grouping.count + 1;

	*swept = (struct swept){
		.collection = collection,
		.groups = calloc(count, sizeof(*swept->groups)),
		.levels = calloc(count, sizeof(*swept->levels)),
		.lines = calloc(count, sizeof(*swept->lines)),
		.rng = gsl_rng_alloc(gsl_rng_mt19937),
	};
	return swept->groups && swept->levels && swept->lines && swept->rng
		? 0
		: -ENOMEM;
}

static void swept_release(struct swept *swept)
{
	free(swept->groups);
	free(swept->levels);
	free(swept->lines);
	free(swept->blocks);
	free(swept->times);
	free(swept->drawn);
	free(swept->values);
	if (swept->rng)
		gsl_rng_free(swept->rng);
}

int swept_search(const char *const *run_dirs, size_t runs,
	enum summary_clock clock, swept_find_fn *find, void *ctx,
	struct fr_error *err)
{
	const struct collection_terms terms = {
		.keys = GROUPING_BY_CELL,
		.metrics = clock == CLOCK_TOTAL ? "total_ns" : "elapsed_ns",
	};
	struct collection collection;
	struct swept swept;
	int rc = collection_init(&collection, run_dirs, runs, &terms, err);

	if (!rc && collection.grouping.count <= CELLS_MAX) {
		rc = swept_init(&swept, &collection);
		if (!rc)
			rc = find(ctx, &swept);
		swept_release(&swept);
		rc = rc ? fr_error_memory(err) : 0;
	}
	collection_release(&collection);
	return rc;
}

static const struct trial_row *row_of(const struct swept *swept, size_t group)
{
	return &swept->collection->grouping.groups[group];
}

/* Whether two cells of the sweep differ in what is swept at most. */
static bool same_line(const struct swept *swept, const struct trial_row *a,
	const struct trial_row *b)
{
	return strcmp(a->strategy, b->strategy) == 0 &&
		(!swept->setting || a->concurrency == b->concurrency);
}

/* The unit of the level; NULL: the group has none. */
static const char *level_of(
	const struct swept *swept, size_t group, double *level)
{
	const struct trial_row *row = row_of(swept, group);

	if (swept->setting)
		return setting_level(swept->setting, &row->workload, level);
	*level = (double)row->concurrency;
	return "";
}

/*
 * Takes the groups that belong to the sweep of `first`. Returns false if an
 * earlier group does, so that the sweep is known already.
 */
static bool take_groups(struct swept *swept, size_t first)
{
	const struct grouping *grouping = &swept->collection->grouping;
	double level;

	swept->group_count = 0;
	for (size_t g = 0; g < grouping->count; g++) {
		if (!workload_same_but(&grouping->groups[first].workload,
			    &grouping->groups[g].workload, swept->setting) ||
			!level_of(swept, g, &level) ||
			!strcmp(grouping->groups[g].strategy, SUMMARY_FLOOR))
			continue;
		if (g < first)
			return false;
		swept->groups[swept->group_count++] = g;
	}
	return true;
}

/* Finds the levels, each once, and the cells. */
static void take_levels(struct swept *swept)
{
	swept->line_count = 0;
	for (size_t i = 0; i < swept->group_count; i++) {
		const struct trial_row *row = row_of(swept, swept->groups[i]);
		size_t line = 0;

		(void)level_of(swept, swept->groups[i], &swept->levels[i]);
		while (line < swept->line_count &&
			!same_line(swept, swept->lines[line], row))
			line++;
		if (line == swept->line_count)
			swept->lines[swept->line_count++] = row;
	}
	swept->level_count = stats_unique(swept->levels, swept->group_count);
}

static int compare_blocks(const void *a, const void *b)
{
	const struct swept_block *x = a, *y = b;

	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return (x->block > y->block) - (x->block < y->block);
}

/* Returns 0 or -ENOMEM. */
static int take_blocks(struct swept *swept)
{
	size_t points = 0, count = 0;

	for (size_t i = 0; i < swept->group_count; i++)
		points += collection_series(swept->collection, swept->groups[i])
				  ->count;
	free(swept->blocks);
	swept->blocks = calloc(points + 1, sizeof(*swept->blocks));
	if (!swept->blocks)
		return -ENOMEM;
	for (size_t i = 0; i < swept->group_count; i++) {
		const struct series *series =
			collection_series(swept->collection, swept->groups[i]);

		for (size_t p = 0; p < series->count; p++)
			swept->blocks[count++] = (struct swept_block){
				series->points[p].run, series->points[p].block};
	}
	qsort(swept->blocks, count, sizeof(*swept->blocks), compare_blocks);
	swept->block_count = 0;
	for (size_t i = 0; i < count; i++)
		if (!i ||
			compare_blocks(&swept->blocks[i],
				&swept->blocks[swept->block_count - 1]))
			swept->blocks[swept->block_count++] = swept->blocks[i];
	return 0;
}

static double *times_at(const struct swept *swept, size_t line, size_t level)
{
	return &swept->times[(line * swept->level_count + level) *
		swept->block_count];
}

/* Enters the times of a group. If a block has several, the last one counts. */
static void enter_times(struct swept *swept, size_t group)
{
	const struct series *series =
		collection_series(swept->collection, group);
	const struct trial_row *row = row_of(swept, group);
	size_t line = 0, level = 0;
	double *times, at = 0;

	(void)level_of(swept, group, &at);
	while (!same_line(swept, swept->lines[line], row))
		line++;
	while (swept->levels[level] < at)
		level++;
	times = times_at(swept, line, level);
	for (size_t p = 0; p < series->count; p++) {
		const struct swept_block key = {
			series->points[p].run, series->points[p].block};
		const struct swept_block *found = bsearch(&key, swept->blocks,
			swept->block_count, sizeof(key), compare_blocks);

		times[found - swept->blocks] = series->points[p].figures[0];
	}
}

/* Draws as many blocks as there are with replacement; NULL: each block once. */
static void draw_blocks(struct swept *swept, gsl_rng *rng)
{
	size_t blocks = swept->block_count;

	for (size_t b = 0; b < blocks; b++)
		swept->drawn[b] = rng ? gsl_rng_uniform_int(rng, blocks) : b;
}

static int take_times(struct swept *swept)
{
	size_t blocks = swept->block_count;
	size_t count = swept->line_count * swept->level_count * blocks;

	free(swept->times);
	free(swept->drawn);
	free(swept->values);
	swept->times = calloc(count + 1, sizeof(*swept->times));
	swept->drawn = calloc(blocks + 1, sizeof(*swept->drawn));
	swept->values = calloc(blocks + 1, sizeof(*swept->values));
	if (!swept->times || !swept->drawn || !swept->values)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		swept->times[i] = NAN;
	for (size_t i = 0; i < swept->group_count; i++)
		enter_times(swept, swept->groups[i]);
	draw_blocks(swept, NULL);
	return 0;
}

int swept_take(struct swept *swept, size_t first, size_t levels_min)
{
	double level;
	int rc;

	swept->unit = level_of(swept, first, &level);
	if (!swept->unit || !take_groups(swept, first))
		return 0;
	take_levels(swept);
	if (swept->level_count < levels_min)
		return 0;
	rc = take_blocks(swept);
	if (!rc)
		rc = take_times(swept);
	return rc ? rc : 1;
}

double swept_median(const struct swept *swept, size_t line, size_t level)
{
	const double *times = times_at(swept, line, level);

	for (size_t b = 0; b < swept->block_count; b++)
		swept->values[b] = times[swept->drawn[b]];
	return stats_quantile(swept->values,
		stats_sort(swept->values, swept->block_count), 0.5);
}

void swept_interval(double *low, double *high, struct swept *swept, size_t line,
	swept_figure_fn *figure, const void *ctx)
{
	double found[RESAMPLES];
	size_t known = 0;

	*low = *high = NAN;
	if (swept->block_count < BLOCKS_MIN)
		return;
	gsl_rng_set(swept->rng, 1);
	for (size_t i = 0; i < RESAMPLES; i++) {
		draw_blocks(swept, swept->rng);
		found[known] = figure(swept, line, ctx);
		if (!isnan(found[known]))
			known++;
	}
	draw_blocks(swept, NULL);
	if (!known)
		return;
	gsl_sort(found, 1, known);
	*low = found[stats_rank(known, (1 - STATS_CONFIDENCE) / 2) - 1];
	*high = found[stats_rank(known, (1 + STATS_CONFIDENCE) / 2) - 1];
}
