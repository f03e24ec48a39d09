/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the trials of a cell to its figures, and from the figures to its rank. To
 * add a figure, add a line to the table below and a member to the row.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/columns.h"
#include "harness/runs/summary_cells.h"

/* Figures that are accessed by index; they follow the clocks. */
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
	{"retries", offsetof(struct summary_row, retries)},
	{"retry_wait_ns", offsetof(struct summary_row, retry_wait)},
	{"peak_in_flight", offsetof(struct summary_row, peak_in_flight)},
	{"first_start_ns", offsetof(struct summary_row, first_start)},
};

#define FIGURES COLUMN_COUNT_OF(figures)
_Static_assert(FIGURES <= SERIES_FIGURES_MAX, "a point has room for all");

int cells_measures(struct summary_builder *builder, struct fr_error *err)
{
	int rc = 0;

	builder->collection.measure_count = FIGURES;
	for (size_t i = 0; i < FIGURES && !rc; i++)
		rc = measure_find(&builder->collection.measures[i],
			&trial_measures, figures[i].measure, err);
	return rc;
}

/* Names the trial that is shown where one is to stand for its cell. */
static void name_median_trial(
	struct summary_row *row, const struct series *series)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < series->count; i++) {
		const struct point *point = &series->points[i];
		double distance = fabs(
			point->figures[CLOCK_ELAPSED] - row->elapsed.value);

		if (distance < nearest) {
			nearest = distance;
			memcpy(row->median_trial, point->trial,
				sizeof(point->trial));
			row->parts = (struct summary_parts){
				.elapsed = point->figures[CLOCK_ELAPSED],
				.ideal = point->figures[PART_IDEAL],
				.server_late = point->figures[PART_SERVER_LATE],
				.dispatch = point->figures[PART_DISPATCH],
				.rest = point->figures[PART_REST],
			};
		}
	}
}

/* Fills in what a cell's own trials say. Returns 0 or -ENOMEM. */
static int estimate_cell(struct summary_row *row, struct series *series)
{
	double *values = calloc(series->count + 1, sizeof(*values));

	if (!values)
		return -ENOMEM;
	for (size_t i = 0; i < FIGURES; i++) {
		size_t n = series_values(series, i, values);
		struct estimate median = stats_median(values, n);

		memcpy((char *)row + figures[i].estimate, &median,
			sizeof(median));
	}
	free(values);
	if (series->failing.all) {
		row->requests_failed = series->failing.failed;
		row->requests_ok = series->failing.all - series->failing.failed;
	}
	series_sort(series);
	name_median_trial(row, series);
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

/* In the order in which rows are shown; only the first is ranked. */
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

static struct summary_row *row_of(
	const struct summary_builder *builder, size_t cell)
{
	return &builder->cells[cell].row;
}

static int by_rank(const void *a, const void *b, void *ctx)
{
	const struct summary_builder *builder = ctx;
	enum summary_clock clock = builder->terms->clock;
	const struct summary_row *x = row_of(builder, *(const size_t *)a);
	const struct summary_row *y = row_of(builder, *(const size_t *)b);
	enum standing standing_x = standing_of(x, clock);
	enum standing standing_y = standing_of(y, clock);
	double time_x = clock_of(x, clock)->value;
	double time_y = clock_of(y, clock)->value;
	int order = workload_compare_work(&x->workload, &y->workload);

	if (order)
		return order;
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

static double share(struct failing failing)
{
	return failing.all ? (double)failing.failed / (double)failing.all : 1;
}

/*
 * Marks those of the ranked cells of a group, `count` of them, that fail more
 * than the cell that fails least. The level is that of all these comparisons
 * together. Returns whether any cell was marked.
 */
static bool mark_failing(
	struct summary_builder *builder, const size_t *cells, size_t count)
{
	const struct summary_row *best = row_of(builder, cells[0]);
	double level = FAILING_LEVEL / (count > 1 ? (double)count - 1 : 1);
	bool any = false;

	for (size_t i = 1; i < count; i++) {
		const struct summary_row *row = row_of(builder, cells[i]);
		struct failing its = summary_failing(row);
		struct failing least = summary_failing(best);

		if (share(its) < share(least) ||
			(share(its) <= share(least) && its.all > least.all))
			best = row;
	}
	for (size_t i = 0; i < count; i++) {
		struct summary_row *row = row_of(builder, cells[i]);

		if (failing_p(summary_failing(row), summary_failing(best)) >
			level)
			continue;
		summary_label(row->fails_more_than, best);
		any = true;
	}
	return any;
}

/* Puts the failing cells of a sorted group behind those that are ranked. */
static void set_failing_apart(
	struct summary_builder *builder, size_t *cells, size_t count)
{
	size_t ranked = 0;

	while (ranked < count &&
		standing_of(row_of(builder, cells[ranked]),
			builder->terms->clock) == STANDING_RANKED)
		ranked++;
	if (ranked && mark_failing(builder, cells, ranked))
		qsort_r(cells, ranked, sizeof(*cells), by_rank, builder);
}

/*
 * Numbers, ranks and compares the cells of one group, which come sorted.
 * Returns 0 or -ENOMEM.
 */
static int rank_group(const struct summary_builder *builder,
	const size_t *cells, size_t count, uint64_t group)
{
	enum summary_clock clock = builder->terms->clock;
	const struct collection *collection = &builder->collection;
	int rc = 0;

	for (size_t i = 0; i < count && !rc; i++) {
		struct summary_row *row = row_of(builder, cells[i]);
		const struct series *series =
			collection_series(collection, cells[i]);
		size_t beside;

		row->group = group;
		if (standing_of(row, clock) != STANDING_RANKED)
			continue;
		row->rank = i + 1;
		rc = series_ratio(&row->behind, series,
			collection_series(collection, cells[0]), clock);
		beside = grouping_reference(&collection->grouping, cells, count,
			cells[i], builder->reference);
		/* A ratio to a reference that failed says nothing. */
		if (!rc && beside != GROUPING_NONE &&
			!row_of(builder, beside)->fails_more_than[0] &&
			!summary_all_failed(row_of(builder, beside)))
			rc = series_ratio(&row->speed_up,
				collection_series(collection, beside), series,
				clock);
	}
	return rc;
}

/* Sorts all cells, and ranks those of each group. Returns 0 or -ENOMEM. */
static int rank_all(struct summary_builder *builder)
{
	size_t count = builder->collection.grouping.count, first = 0;
	size_t *order = calloc(count, sizeof(*order));
	uint64_t group = 0;
	int rc = 0;

	builder->order = order;
	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), by_rank, builder);
	for (size_t i = 1; i <= count && !rc; i++) {
		if (i < count &&
			!workload_compare_work(
				&row_of(builder, order[first])->workload,
				&row_of(builder, order[i])->workload))
			continue;
		set_failing_apart(builder, order + first, i - first);
		rc = rank_group(builder, order + first, i - first, ++group);
		first = i;
	}
	return rc;
}

int cells_estimate_and_rank(
	struct summary_builder *builder, struct fr_error *err)
{
	struct collection *collection = &builder->collection;
	const char *named = builder->terms->reference;
	int rc = 0;

	(void)snprintf(builder->reference, sizeof(builder->reference), "%s",
		named ? named : SUMMARY_REFERENCE);
	if (named && !grouping_has_reference(&collection->grouping, named, err))
		return -1;
	for (size_t i = 0; i < collection->grouping.count && !rc; i++)
		rc = estimate_cell(
			&builder->cells[i].row, &collection->series[i]);
	if (!rc)
		rc = rank_all(builder);
	return rc ? fr_error_memory(err) : 0;
}
