/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Intervals are made as in crossing.c: blocks are drawn with replacement. */
#include "harness/analysis/enough.h"

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

/* The level of the least median; level_count: nothing was measured. */
static size_t fastest_of(const struct swept *swept, size_t line)
{
	size_t fastest = swept->level_count;
	double least = INFINITY;

	for (size_t level = 0; level < swept->level_count; level++) {
		double time = swept_median(swept, line, level);

		if (time < least) {
			least = time;
			fastest = level;
		}
	}
	return fastest;
}

/* The first level that is within the margin of the fastest. */
static size_t enough_of(const struct swept *swept, size_t line, size_t fastest)
{
	double most = (1 + ENOUGH_MARGIN) * swept_median(swept, line, fastest);
	size_t level = 0;

	while (level < fastest && !(swept_median(swept, line, level) <= most))
		level++;
	return level;
}

/* The draws begin anew for each row. */
static void fill_interval(
	struct swept *swept, struct enough *row, size_t line, gsl_rng *rng)
{
	double found[RESAMPLES];
	size_t known = 0;

	if (swept->block_count < BLOCKS_MIN)
		return;
	gsl_rng_set(rng, 1);
	for (size_t i = 0; i < RESAMPLES; i++) {
		size_t fastest;

		swept_draw(swept, rng);
		fastest = fastest_of(swept, line);
		if (fastest < swept->level_count)
			found[known++] =
				swept->levels[enough_of(swept, line, fastest)];
	}
	swept_draw(swept, NULL);
	if (!known)
		return;
	gsl_sort(found, 1, known);
	row->low = (uint64_t)
		found[stats_rank(known, (1 - STATS_CONFIDENCE) / 2) - 1];
	row->high = (uint64_t)
		found[stats_rank(known, (1 + STATS_CONFIDENCE) / 2) - 1];
}

/* Sets *least and *most to the measured concurrencies; returns how many. */
static size_t measured(
	const struct swept *swept, size_t line, uint64_t *least, uint64_t *most)
{
	size_t count = 0;

	for (size_t level = 0; level < swept->level_count; level++) {
		if (isnan(swept_median(swept, line, level)))
			continue;
		*most = (uint64_t)swept->levels[level];
		if (!count++)
			*least = *most;
	}
	return count;
}

/* Adds a row for each strategy with enough concurrencies. */
static int add_rows(struct enoughs *enoughs, struct swept *swept, gsl_rng *rng)
{
	size_t old = enoughs->count;
	size_t number = old ? enoughs->rows[old - 1].sweep + 1 : 1;
	struct enough *rows = realloc(
		enoughs->rows, (old + swept->line_count + 1) * sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	enoughs->rows = rows;
	for (size_t line = 0; line < swept->line_count; line++) {
		const struct trial_row *first = swept->lines[line];
		struct enough row = {.sweep = number};
		size_t fastest;

		if (measured(swept, line, &row.least, &row.most) <
			ENOUGH_LEVELS_MIN)
			continue;
		fastest = fastest_of(swept, line);
		row.workload = first->workload;
		row.fastest = (uint64_t)swept->levels[fastest];
		row.enough =
			(uint64_t)
				swept->levels[enough_of(swept, line, fastest)];
		(void)snprintf(row.strategy, sizeof(row.strategy), "%s",
			first->strategy);
		fill_interval(swept, &row, line, rng);
		rows[enoughs->count++] = row;
	}
	return 0;
}

static int find_all(
	struct enoughs *enoughs, const struct collection *collection)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct swept swept;
	int rc = swept_init(&swept, collection);

	if (!rng)
		rc = -ENOMEM;
	for (size_t first = 0; first < collection->grouping.count && rc >= 0;
		first++) {
		if (collection->grouping.groups[first].workload.arrivals[0])
			continue;
		rc = swept_take(&swept, first, ENOUGH_LEVELS_MIN);
		if (rc > 0)
			rc = add_rows(enoughs, &swept, rng);
	}
	if (rng)
		gsl_rng_free(rng);
	swept_release(&swept);
	return rc < 0 ? rc : 0;
}

int enoughs_find(struct enoughs *enoughs, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err)
{
	const struct collection_terms terms = {
		.keys = GROUPING_BY_CELL,
		.metrics = clock == CLOCK_TOTAL ? "total_ns" : "elapsed_ns",
	};
	struct collection collection;
	int rc = collection_init(&collection, run_dirs, runs, &terms, err);

	*enoughs = (struct enoughs){0};
	if (!rc && collection.grouping.count <= CELLS_MAX &&
		find_all(enoughs, &collection))
		rc = fr_error_memory(err);
	collection_release(&collection);
	return rc;
}

void enoughs_release(struct enoughs *enoughs)
{
	free(enoughs->rows);
	*enoughs = (struct enoughs){0};
}
