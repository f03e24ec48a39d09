/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/enough.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/analysis/swept.h"

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

static double figure_of(const struct swept *swept, size_t line, const void *ctx)
{
	size_t fastest = fastest_of(swept, line);

	(void)ctx;
	return fastest < swept->level_count
		? swept->levels[enough_of(swept, line, fastest)]
		: NAN;
}

static void fill_interval(struct swept *swept, struct enough *row, size_t line)
{
	double low, high;

	swept_interval(&low, &high, swept, line, figure_of, NULL);
	row->low = isnan(low) ? 0 : (uint64_t)low;
	row->high = isnan(high) ? 0 : (uint64_t)high;
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
static int add_rows(struct enoughs *enoughs, struct swept *swept)
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
		fill_interval(swept, &row, line);
		rows[enoughs->count++] = row;
	}
	return 0;
}

static int find_all(void *ctx, struct swept *swept)
{
	const struct grouping *grouping = &swept->collection->grouping;
	int rc = 0;

	for (size_t first = 0; first < grouping->count && rc >= 0; first++) {
		if (grouping->groups[first].workload.arrivals[0])
			continue;
		rc = swept_take(swept, first, ENOUGH_LEVELS_MIN);
		if (rc > 0)
			rc = add_rows(ctx, swept);
	}
	return rc;
}

int enoughs_find(struct enoughs *enoughs, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err)
{
	*enoughs = (struct enoughs){0};
	return swept_search(run_dirs, runs, clock, find_all, enoughs, err);
}

void enoughs_release(struct enoughs *enoughs)
{
	free(enoughs->rows);
	*enoughs = (struct enoughs){0};
}
