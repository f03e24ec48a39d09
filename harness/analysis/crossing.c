/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/analysis/crossing.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/swept.h"

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
static double find_root(const struct swept *swept, size_t line, const void *ctx)
{
	const size_t winner = *(const size_t *)ctx;
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

static void write_label(
	char label[SUMMARY_LABEL_MAX], const struct trial_row *row)
{
	struct summary_row cell = {.concurrency = row->concurrency};

	memcpy(cell.strategy, row->strategy, sizeof(cell.strategy));
	summary_label(label, &cell);
}

/* Adds a row for each cell of the sweep but the winner. */
static int add_rows(struct crossings *crossings, struct swept *swept)
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
		root = find_root(swept, line, &winner);
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
		swept_interval(&row->at.low, &row->at.high, swept, line,
			find_root, &winner);
		crossings->count++;
	}
	return 0;
}

/* Looks for the sweeps of one setting. */
static int find_sweeps(struct crossings *crossings, struct swept *swept)
{
	size_t count = swept->collection->grouping.count;
	int rc = 0;

	for (size_t first = 0; first < count && rc >= 0; first++) {
		rc = swept_take(swept, first, CROSSING_LEVELS_MIN);
		if (rc > 0)
			rc = add_rows(crossings, swept);
	}
	return rc;
}

static int find_all(void *ctx, struct swept *swept)
{
	int rc = 0;

	for (swept->setting = workload_settings; swept->setting->name && !rc;
		swept->setting++)
		rc = find_sweeps(ctx, swept);
	return rc;
}

int crossings_find(struct crossings *crossings, const char *const *run_dirs,
	size_t runs, enum summary_clock clock, struct fr_error *err)
{
	*crossings = (struct crossings){0};
	return swept_search(run_dirs, runs, clock, find_all, crossings, err);
}

void crossings_release(struct crossings *crossings)
{
	free(crossings->rows);
	*crossings = (struct crossings){0};
}
