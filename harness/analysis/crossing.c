/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocks are drawn with replacement for the intervals (the percentile
 * bootstrap: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap,
 * 1993, chapter 13).
 */
#include "harness/analysis/crossing.h"

#include <errno.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/swept.h"

enum {
	RESAMPLES = 1000,
	BLOCKS_MIN = 6,   /* fewer give no interval, as for medians */
	CELLS_MAX = 1024, /* of a run with more, no sweep is looked for */
};

/* The cell that is fastest at the largest value; line_count: none was run. */
static size_t find_winner(const struct swept *swept)
{
	size_t winner = swept->line_count;
	double least = INFINITY;

	for (size_t line = 0; line < swept->line_count; line++) {
		double time = swept_median(swept, line, swept->level_count - 1);

		if (time < least) {
			least = time;
			winner = line;
		}
	}
	return winner;
}

/* By how much the cell takes longer than the winner and the margin allow. */
static double excess_at(
	const struct swept *swept, size_t line, size_t winner, size_t level)
{
	return swept_median(swept, line, level) -
		(1 + CROSSING_MARGIN) * swept_median(swept, winner, level);
}

/*
 * The value from which on the cell loses, by linear interpolation between the
 * last value at which it does not and the next one. INFINITY: it does not lose
 * at the largest; -INFINITY: it loses at every value; NaN: a time is missing.
 */
static double find_root(const struct swept *swept, size_t line, size_t winner)
{
	size_t level = swept->level_count - 1;
	double above = excess_at(swept, line, winner, level);

	if (isnan(above))
		return NAN;
	if (above <= 0)
		return INFINITY;
	while (level-- > 0) {
		double here = excess_at(swept, line, winner, level);
		double step = swept->levels[level + 1] - swept->levels[level];

		if (isnan(here))
			return NAN;
		if (here <= 0)
			return swept->levels[level] +
				step * -here / (above - here);
		above = here;
	}
	return -INFINITY;
}

/* Fills in the interval of the row. The draws begin anew for each row. */
static void fill_interval(struct swept *swept, struct crossing *row,
	size_t line, size_t winner, gsl_rng *rng)
{
	double roots[RESAMPLES];
	size_t known = 0;

	row->at.low = row->at.high = NAN;
	if (swept->block_count < BLOCKS_MIN)
		return;
	gsl_rng_set(rng, 1);
	for (size_t i = 0; i < RESAMPLES; i++) {
		double root;

		swept_draw(swept, rng);
		root = find_root(swept, line, winner);
		if (!isnan(root))
			roots[known++] = root;
	}
	swept_draw(swept, NULL);
	if (!known)
		return;
	gsl_sort(roots, 1, known);
	row->at.low = roots[stats_rank(known, (1 - STATS_CONFIDENCE) / 2) - 1];
	row->at.high = roots[stats_rank(known, (1 + STATS_CONFIDENCE) / 2) - 1];
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
	struct crossings *crossings, struct swept *swept, gsl_rng *rng)
{
	size_t winner = find_winner(swept), old = crossings->count;
	size_t number = old ? crossings->rows[old - 1].sweep + 1 : 1;
	struct crossing *rows = realloc(
		crossings->rows, (old + swept->line_count + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	crossings->rows = rows;
	for (size_t line = 0; line < swept->line_count; line++) {
		struct crossing *row = &rows[crossings->count];
		double root;

		if (winner == swept->line_count || line == winner)
			continue;
		root = find_root(swept, line, winner);
		if (isnan(root))
			continue;
		*row = (struct crossing){
			.sweep = number,
			.setting = swept->setting,
			.unit = swept->unit,
			.least = swept->levels[0],
			.most = swept->levels[swept->level_count - 1],
			.workload = swept->lines[line]->workload,
			.at.value = root,
			.kind = isfinite(root) ? CROSSING_FROM
				: root < 0     ? CROSSING_EVERYWHERE
					       : CROSSING_NOWHERE,
		};
		write_label(row->winner, swept->lines[winner]);
		write_label(row->label, swept->lines[line]);
		fill_interval(swept, row, line, winner, rng);
		crossings->count++;
	}
	return 0;
}

/* Looks for the sweeps of one setting. */
static int find_sweeps(
	struct crossings *crossings, struct swept *swept, gsl_rng *rng)
{
	size_t count = swept->collection->grouping.count;
	int rc = 0;

	for (size_t first = 0; first < count && rc >= 0; first++) {
		rc = swept_take(swept, first, CROSSING_LEVELS_MIN);
		if (rc > 0)
			rc = add_rows(crossings, swept, rng);
	}
	return rc;
}

static int find_all(
	struct crossings *crossings, const struct collection *collection)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct swept swept;
	int rc = swept_init(&swept, collection);

	if (!rng)
		rc = -ENOMEM;
	for (swept.setting = workload_settings; swept.setting->name && !rc;
		swept.setting++)
		rc = find_sweeps(crossings, &swept, rng);
	if (rng)
		gsl_rng_free(rng);
	swept_release(&swept);
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
