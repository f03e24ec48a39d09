/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a cell's trials to its figures, and from figures to a rank. Adding a
 * figure is adding a line to the table below and a member to the row.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/columns.h"
#include "harness/runs/summary_cells.h"
#include "harness/runs/trials.h"

/* Figures that are asked for by their place, behind the clocks. */
enum {
	PART_IDEAL = CLOCK_ELAPSED + 1,
	PART_SERVER_LATE,
	PART_DISPATCH,
	PART_REST
};

static const struct {
	const char *measure;
	size_t estimate; /* its offset in struct summary_row */
} figures[] = {
	[CLOCK_TOTAL] = {"total_ns", offsetof(struct summary_row, total)},
	[CLOCK_ELAPSED] = {"elapsed_ns", offsetof(struct summary_row, elapsed)},
	[PART_IDEAL] = {"ideal_ns", offsetof(struct summary_row, ideal)},
	[PART_SERVER_LATE] = {"server_late_ns",
		offsetof(struct summary_row, server_late)},
	[PART_DISPATCH] = {"dispatch_ns",
		offsetof(struct summary_row, dispatch)},
	[PART_REST] = {"rest_ns", offsetof(struct summary_row, rest)},
	{"setup_ns", offsetof(struct summary_row, setup)},
	{"teardown_ns", offsetof(struct summary_row, teardown)},
	{"efficiency", offsetof(struct summary_row, efficiency)},
	{"cpu_ns", offsetof(struct summary_row, cpu)},
	{"peak_rss_bytes", offsetof(struct summary_row, peak_rss)},
	{"throughput", offsetof(struct summary_row, throughput)},
	{"latency_p50_ns", offsetof(struct summary_row, latency_p50)},
	{"latency_p99_ns", offsetof(struct summary_row, latency_p99)},
	{"queue_p99_ns", offsetof(struct summary_row, queue_p99)},
	{"offered_rate", offsetof(struct summary_row, offered_rate)},
	{"achieved_rate", offsetof(struct summary_row, achieved_rate)},
	{"connections_opened",
		offsetof(struct summary_row, connections_opened)},
};

#define FIGURES COLUMN_COUNT_OF(figures)
_Static_assert(FIGURES <= SERIES_FIGURES_MAX, "a point has room for all");

int cells_measures(struct making *making, struct fr_error *err)
{
	int rc = 0;

	making->measure_count = FIGURES;
	for (size_t i = 0; i < FIGURES && !rc; i++)
		rc = measure_find(&making->measures[i], &trial_measures,
			figures[i].measure, err);
	return rc;
}

/* The trial to show when one is to stand for its cell. */
static void name_median_trial(struct cell *cell)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < cell->series.count; i++) {
		const struct point *point = &cell->series.points[i];
		double distance = fabs(point->figures[CLOCK_ELAPSED] -
			cell->row.elapsed.value);

		if (distance < nearest) {
			nearest = distance;
			memcpy(cell->row.median_trial, point->trial,
				sizeof(point->trial));
			cell->row.parts = (struct summary_parts){
				.elapsed = point->figures[CLOCK_ELAPSED],
				.ideal = point->figures[PART_IDEAL],
				.server_late = point->figures[PART_SERVER_LATE],
				.dispatch = point->figures[PART_DISPATCH],
				.rest = point->figures[PART_REST],
			};
		}
	}
}

/* Fills in what a cell's own points say. Returns 0 or -1. */
static int estimate_cell(struct cell *cell)
{
	double *values = calloc(cell->series.count + 1, sizeof(*values));

	if (!values)
		return -1;
	for (size_t i = 0; i < FIGURES; i++) {
		size_t n = series_values(&cell->series, i, values);
		struct estimate median = stats_median(values, n);

		memcpy((char *)&cell->row + figures[i].estimate, &median,
			sizeof(median));
	}
	free(values);
	series_sort(&cell->series);
	name_median_trial(cell);
	return 0;
}

static const struct estimate *clock_of(
	const struct summary_row *row, enum summary_clock clock)
{
	return clock == CLOCK_TOTAL ? &row->total : &row->elapsed;
}

const struct estimate *summary_clock_of(
	const struct summary *summary, const struct summary_row *row)
{
	return clock_of(row, summary->clock);
}

bool summary_all_failed(const struct summary_row *row)
{
	return row->requests_ok == 0 && row->requests_failed > 0;
}

bool summary_is_floor(const struct summary_row *row)
{
	return !strcmp(row->strategy, SUMMARY_FLOOR) ||
		!strcmp(row->samples, "none");
}

void summary_label(char label[SUMMARY_LABEL_MAX], const struct summary_row *row)
{
	(void)snprintf(label, SUMMARY_LABEL_MAX, "%s@%" PRIu64, row->strategy,
		row->concurrency);
}

struct failing summary_failing(const struct summary_row *row)
{
	if (row->requests_ok == FR_UNKNOWN)
		return (struct failing){0, 0};
	return (struct failing){
		row->requests_failed, row->requests_ok + row->requests_failed};
}

/* In the order in which they are shown; only the first is ranked. */
enum standing {
	STANDING_RANKED,
	STANDING_FAILING,
	STANDING_ALL_FAILED,
	STANDING_WITHOUT_FIGURE,
	STANDING_FLOOR,
};

static enum standing standing_of(
	const struct summary_row *row, enum summary_clock clock)
{
	if (summary_is_floor(row))
		return STANDING_FLOOR;
	if (isnan(clock_of(row, clock)->value))
		return STANDING_WITHOUT_FIGURE;
	if (summary_all_failed(row))
		return STANDING_ALL_FAILED;
	return row->fails_more_than[0] ? STANDING_FAILING : STANDING_RANKED;
}

static int by_rank(const void *a, const void *b, void *ctx)
{
	const struct summary_row *x = &((const struct cell *)a)->row;
	const struct summary_row *y = &((const struct cell *)b)->row;
	const struct making *making = ctx;
	enum summary_clock clock = making->terms->clock;
	enum standing standing_x = standing_of(x, clock);
	enum standing standing_y = standing_of(y, clock);
	double time_x = clock_of(x, clock)->value;
	double time_y = clock_of(y, clock)->value;
	int order;

	if (x->group != y->group)
		return workload_compare_work(&x->workload, &y->workload);
	if (standing_x != standing_y)
		return standing_x < standing_y ? -1 : 1;
	if (time_x < time_y || time_x > time_y)
		return time_x < time_y ? -1 : 1;
	order = strcmp(x->strategy, y->strategy);
	if (order)
		return order;
	return (x->concurrency > y->concurrency) -
		(x->concurrency < y->concurrency);
}

/* Whether the reference means that cell, by its strategy or all of its name. */
static bool is_reference(
	const struct making *making, const struct summary_row *row)
{
	char label[SUMMARY_LABEL_MAX];

	summary_label(label, row);
	return !strcmp(making->reference, row->strategy) ||
		!strcmp(making->reference, label);
}

/* Which of a group's cells, which come sorted, a cell is compared with. */
static const struct cell *find_reference(const struct making *making,
	const struct cell *cells, size_t count, const struct cell *compared)
{
	const struct cell *found = NULL;

	for (size_t i = 0; i < count; i++) {
		if (!is_reference(making, &cells[i].row))
			continue;
		if (cells[i].row.concurrency == compared->row.concurrency)
			return &cells[i];
		if (!found)
			found = &cells[i];
	}
	return found;
}

static double share(struct failing failing)
{
	return failing.all ? (double)failing.failed / (double)failing.all : 1;
}

/*
 * Marks the cells of a group, so many of them ranked, that fail more than the
 * one that fails least; the level is that of all these comparisons together.
 * Returns whether there are any.
 */
static bool mark_failing(struct cell *cells, size_t ranked)
{
	const struct summary_row *best = &cells[0].row;
	double level = FAILING_LEVEL / (ranked > 1 ? (double)ranked - 1 : 1);
	bool any = false;

	for (size_t i = 1; i < ranked; i++) {
		struct failing its = summary_failing(&cells[i].row);
		struct failing least = summary_failing(best);

		if (share(its) < share(least) ||
			(share(its) <= share(least) && its.all > least.all))
			best = &cells[i].row;
	}
	for (size_t i = 0; i < ranked; i++) {
		struct summary_row *row = &cells[i].row;

		if (failing_p(summary_failing(row), summary_failing(best)) >
			level)
			continue;
		summary_label(row->fails_more_than, best);
		any = true;
	}
	return any;
}

/* Puts the failing cells of a group behind those that are ranked. */
static void set_failing_apart(
	struct making *making, struct cell *cells, size_t count)
{
	size_t ranked = 0;

	while (ranked < count &&
		standing_of(&cells[ranked].row, making->terms->clock) ==
			STANDING_RANKED)
		ranked++;
	if (mark_failing(cells, ranked))
		qsort_r(cells, ranked, sizeof(*cells), by_rank, making);
}

/*
 * Numbers, ranks and compares the cells of one group, which come sorted.
 * Returns 0 or -ENOMEM.
 */
static int rank_group(const struct making *making, struct cell *cells,
	size_t count, uint64_t group)
{
	enum summary_clock clock = making->terms->clock;
	int rc = 0;

	for (size_t i = 0; i < count && !rc; i++) {
		struct cell *cell = &cells[i];
		const struct cell *reference =
			find_reference(making, cells, count, cell);

		cell->row.group = group;
		if (standing_of(&cell->row, clock) != STANDING_RANKED)
			continue;
		cell->row.rank = i + 1;
		rc = series_ratio(&cell->row.behind, &cell->series,
			&cells[0].series, clock);
		/* To be faster than failures says nothing. */
		if (!rc && reference && !reference->row.fails_more_than[0] &&
			!summary_all_failed(&reference->row))
			rc = series_ratio(&cell->row.speed_up,
				&reference->series, &cell->series, clock);
	}
	return rc;
}

/* Settles what the cells are compared with; it must exist if it was named. */
static int choose_reference(struct making *making, struct fr_error *err)
{
	const char *named = making->terms->reference;
	const char **names;

	(void)snprintf(making->reference, sizeof(making->reference), "%s",
		named ? named : SUMMARY_REFERENCE);
	for (size_t i = 0; i < making->count; i++) {
		if (is_reference(making, &making->cells[i].row))
			return 0;
	}
	if (!named)
		return 0;
	names = calloc(making->count + 1, sizeof(*names));
	if (!names)
		return fr_error_memory(err);
	for (size_t i = 0; i < making->count; i++)
		names[i] = making->cells[i].row.strategy;
	(void)trials_refuse_reference(named, names, err);
	free(names);
	return -1;
}

int cells_estimate_and_rank(struct making *making, struct fr_error *err)
{
	uint64_t group = 0;
	size_t first = 0;

	if (choose_reference(making, err))
		return -1;
	for (size_t i = 0; i < making->count; i++) {
		if (estimate_cell(&making->cells[i]))
			return fr_error_memory(err);
	}
	qsort_r(making->cells, making->count, sizeof(*making->cells), by_rank,
		making);
	for (size_t i = 1; i <= making->count; i++) {
		if (i < making->count &&
			making->cells[i].row.group ==
				making->cells[first].row.group)
			continue;
		set_failing_apart(making, &making->cells[first], i - first);
		if (rank_group(
			    making, &making->cells[first], i - first, ++group))
			return fr_error_memory(err);
		first = i;
	}
	return 0;
}
