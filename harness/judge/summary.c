/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From trial rows to one row per cell. Each valid trial becomes a point: its
 * block and one figure per measure. A measure is a function from a trial to a
 * figure and the place of its estimate in the summary's row, so that adding
 * one is adding a line. Nothing is formatted here.
 */
#include "harness/judge/summary.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/record/csv.h"

enum {
	CELLS_MAX = 4096,
	POINTS_MAX = 1000000, /* of a cell */
	FIGURES_MAX = 16,     /* measures */
};

static double known(uint64_t count)
{
	return count == FR_UNKNOWN ? NAN : (double)count;
}

static double elapsed_of(const struct trial_row *trial)
{
	return known(trial->elapsed_ns);
}

static double setup_of(const struct trial_row *trial)
{
	return known(trial->setup_ns);
}

static double teardown_of(const struct trial_row *trial)
{
	return known(trial->teardown_ns);
}

static double total_of(const struct trial_row *trial)
{
	return setup_of(trial) + elapsed_of(trial) + teardown_of(trial);
}

static double ideal_of(const struct trial_row *trial)
{
	return known(trial->ideal_ns);
}

static double efficiency_of(const struct trial_row *trial)
{
	return trial->efficiency;
}

static double cpu_of(const struct trial_row *trial)
{
	return known(trial->cpu_user_ns) + known(trial->cpu_sys_ns);
}

static double peak_rss_of(const struct trial_row *trial)
{
	return known(trial->peak_rss_bytes);
}

static double latency_p50_of(const struct trial_row *trial)
{
	return known(trial->latency_p50_ns);
}

static double latency_p99_of(const struct trial_row *trial)
{
	return known(trial->latency_p99_ns);
}

static double queue_p99_of(const struct trial_row *trial)
{
	return known(trial->queue_p99_ns);
}

static double offered_rate_of(const struct trial_row *trial)
{
	return trial->offered_rate;
}

static double achieved_rate_of(const struct trial_row *trial)
{
	return trial->achieved_rate;
}

static const struct measure {
	double (*figure)(const struct trial_row *trial);
	size_t estimate; /* its offset in struct summary_row */
} measures[] = {
	[CLOCK_TOTAL] = {total_of, offsetof(struct summary_row, total)},
	[CLOCK_ELAPSED] = {elapsed_of, offsetof(struct summary_row, elapsed)},
	{setup_of, offsetof(struct summary_row, setup)},
	{teardown_of, offsetof(struct summary_row, teardown)},
	{ideal_of, offsetof(struct summary_row, ideal)},
	{efficiency_of, offsetof(struct summary_row, efficiency)},
	{cpu_of, offsetof(struct summary_row, cpu)},
	{peak_rss_of, offsetof(struct summary_row, peak_rss)},
	{latency_p50_of, offsetof(struct summary_row, latency_p50)},
	{latency_p99_of, offsetof(struct summary_row, latency_p99)},
	{queue_p99_of, offsetof(struct summary_row, queue_p99)},
	{offered_rate_of, offsetof(struct summary_row, offered_rate)},
	{achieved_rate_of, offsetof(struct summary_row, achieved_rate)},
};

#define MEASURES (sizeof(measures) / sizeof(measures[0]))
_Static_assert(MEASURES <= FIGURES_MAX, "a point has a figure per measure");

/* What a valid trial brings: figures[i] is that of measures[i]. */
struct point {
	int64_t block;
	double figures[FIGURES_MAX];
	char trial[sizeof(((struct trial_row *)0)->trial)];
};

struct cell {
	struct summary_row row;
	struct point *points; /* owned; sorted by block after reading */
	size_t count, capacity;
};

/* A summary being made. */
struct making {
	enum summary_clock clock;
	struct cell *cells; /* owned */
	size_t count, capacity;
	uint64_t groups;
};

/* Room for one more element of that size; returns 0 or -1. */
static int grow(void **array, size_t count, size_t *capacity, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 16;
	void *grown;

	if (count < *capacity)
		return 0;
	grown = realloc(*array, wanted * size);
	if (!grown)
		return -1;
	*array = grown;
	*capacity = wanted;
	return 0;
}

static bool same_group(const struct summary_row *a, const struct trial_row *b)
{
	return a->requests == b->requests && !strcmp(a->latency, b->latency) &&
		a->payload_bytes == b->payload_bytes &&
		a->timeout_ns == b->timeout_ns && !strcmp(a->fault, b->fault) &&
		a->capacity == b->capacity &&
		!strcmp(a->bandwidth, b->bandwidth) &&
		!strcmp(a->arrivals, b->arrivals);
}

/* Of the same group. */
static bool same_cell(const struct summary_row *a, const struct trial_row *b)
{
	return a->concurrency == b->concurrency &&
		!strcmp(a->strategy, b->strategy) &&
		!strcmp(a->protocol, b->protocol) &&
		!strcmp(a->connections, b->connections) &&
		!strcmp(a->samples, b->samples);
}

static void init_row(struct summary_row *row, const struct trial_row *trial)
{
	row_init(&summary_schema, row);
	memcpy(row->strategy, trial->strategy, sizeof(row->strategy));
	row->concurrency = trial->concurrency;
	row->requests = trial->requests;
	memcpy(row->latency, trial->latency, sizeof(row->latency));
	row->payload_bytes = trial->payload_bytes;
	memcpy(row->protocol, trial->protocol, sizeof(row->protocol));
	memcpy(row->connections, trial->connections, sizeof(row->connections));
	memcpy(row->samples, trial->samples, sizeof(row->samples));
	row->timeout_ns = trial->timeout_ns;
	memcpy(row->fault, trial->fault, sizeof(row->fault));
	row->capacity = trial->capacity;
	memcpy(row->bandwidth, trial->bandwidth, sizeof(row->bandwidth));
	memcpy(row->arrivals, trial->arrivals, sizeof(row->arrivals));
	row->trials = 0;
	row->not_held = 0;
	memset(row->verdicts, 0, sizeof(row->verdicts));
}

/* The trial's cell, made if it is the first of it; NULL: no memory or room. */
static struct cell *find_cell(
	struct making *making, const struct trial_row *trial)
{
	uint64_t group = 0;
	struct cell *cell;

	for (size_t i = 0; i < making->count; i++) {
		cell = &making->cells[i];
		if (!same_group(&cell->row, trial))
			continue;
		group = cell->row.group;
		if (same_cell(&cell->row, trial))
			return cell;
	}
	if (making->count == CELLS_MAX ||
		grow((void **)&making->cells, making->count, &making->capacity,
			sizeof(*cell)))
		return NULL;
	cell = &making->cells[making->count++];
	*cell = (struct cell){.points = NULL};
	init_row(&cell->row, trial);
	cell->row.group = group ? group : ++making->groups;
	return cell;
}

static int add_point(struct cell *cell, const struct trial_row *trial)
{
	struct point *point;

	if (cell->count == POINTS_MAX ||
		grow((void **)&cell->points, cell->count, &cell->capacity,
			sizeof(*point)))
		return -1;
	point = &cell->points[cell->count++];
	point->block = trial->block;
	memcpy(point->trial, trial->trial, sizeof(point->trial));
	for (size_t i = 0; i < MEASURES; i++)
		point->figures[i] = measures[i].figure(trial);
	return 0;
}

static int take_trial(void *ctx, const void *row, struct fr_error *err)
{
	struct making *making = ctx;
	const struct trial_row *trial = row;
	struct cell *cell;

	if (trial->schema_version != ROWS_SCHEMA_VERSION)
		return fr_error_set(err, EXIT_USAGE,
			"%s: expected schema_version %d, found %" PRIu64,
			trial_schema.file, ROWS_SCHEMA_VERSION,
			trial->schema_version);
	if (trial->block <= 0)
		return 0;
	cell = find_cell(making, trial);
	if (!cell ||
		(trial->verdict == VERDICT_VALID && add_point(cell, trial)))
		return fr_error_set(err, EXIT_INVALID,
			"%s: more cells or trials than memory or the limits "
			"of %d and %d hold",
			trial_schema.file, CELLS_MAX, POINTS_MAX);
	cell->row.trials++;
	cell->row.verdicts[trial->verdict]++;
	if (trial->verdict == VERDICT_VALID && !strcmp(trial->rate_held, "no"))
		cell->row.not_held++;
	if (trial->verdict != VERDICT_VALID && !cell->row.reason[0])
		memcpy(cell->row.reason, trial->reason,
			sizeof(cell->row.reason));
	return 0;
}

static int by_block(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	return (x->block > y->block) - (x->block < y->block);
}

/* The trial to show when one is to stand for its cell. */
static void name_median_trial(struct cell *cell)
{
	double nearest = INFINITY;

	for (size_t i = 0; i < cell->count; i++) {
		const struct point *point = &cell->points[i];
		double distance = fabs(point->figures[CLOCK_ELAPSED] -
			cell->row.elapsed.value);

		if (distance < nearest) {
			nearest = distance;
			memcpy(cell->row.median_trial, point->trial,
				sizeof(point->trial));
		}
	}
}

/* Fills in what a cell's own points say. Scratch holds cell->count values. */
static void estimate_cell(struct cell *cell, double *scratch)
{
	for (size_t m = 0; m < MEASURES; m++) {
		struct estimate e;

		for (size_t i = 0; i < cell->count; i++)
			scratch[i] = cell->points[i].figures[m];
		e = stats_median(scratch, cell->count);
		memcpy((char *)&cell->row + measures[m].estimate, &e,
			sizeof(e));
	}
	if (!cell->count)
		return;
	qsort(cell->points, cell->count, sizeof(*cell->points), by_block);
	name_median_trial(cell);
}

/*
 * a's clock over b's in the blocks both have a point in; points are sorted by
 * block. Scratch holds twice as many values as either has points.
 */
static struct estimate compare(const struct cell *a, const struct cell *b,
	enum summary_clock clock, double *scratch, size_t room)
{
	double *x = scratch, *y = scratch + room;
	size_t i = 0, j = 0, n = 0;

	while (i < a->count && j < b->count) {
		int64_t of_a = a->points[i].block, of_b = b->points[j].block;

		if (of_a == of_b) {
			x[n] = a->points[i].figures[clock];
			y[n++] = b->points[j].figures[clock];
		}
		i += of_a <= of_b;
		j += of_b <= of_a;
	}
	return stats_paired_ratio(x, y, n);
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

bool summary_is_floor(const struct summary_row *row)
{
	return !strcmp(row->strategy, SUMMARY_FLOOR);
}

/* 0: to be ranked, 1: without a figure, 2: the floor. */
static int class_of(const struct summary_row *row, enum summary_clock clock)
{
	if (summary_is_floor(row))
		return 2;
	return isnan(clock_of(row, clock)->value);
}

static int by_rank(const void *a, const void *b, void *ctx)
{
	const struct summary_row *x = &((const struct cell *)a)->row;
	const struct summary_row *y = &((const struct cell *)b)->row;
	const struct making *making = ctx;
	int class_x = class_of(x, making->clock);
	int class_y = class_of(y, making->clock);
	double time_x = clock_of(x, making->clock)->value;
	double time_y = clock_of(y, making->clock)->value;
	int order;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (class_x != class_y)
		return class_x - class_y;
	if (time_x < time_y || time_x > time_y)
		return time_x < time_y ? -1 : 1;
	order = strcmp(x->strategy, y->strategy);
	if (order)
		return order;
	return (x->concurrency > y->concurrency) -
		(x->concurrency < y->concurrency);
}

/* Ranks and compares the cells of one group, which come sorted. */
static void rank_group(struct making *making, struct cell *cells, size_t count,
	double *scratch, size_t room)
{
	const struct cell *baseline = NULL;

	for (size_t i = 0; i < count && !baseline; i++) {
		if (!strcmp(cells[i].row.strategy, SUMMARY_BASELINE))
			baseline = &cells[i];
	}
	for (size_t i = 0; i < count; i++) {
		struct cell *cell = &cells[i];

		if (class_of(&cell->row, making->clock))
			continue;
		cell->row.rank = i + 1;
		cell->row.behind =
			compare(cell, &cells[0], making->clock, scratch, room);
		if (baseline)
			cell->row.speed_up = compare(
				baseline, cell, making->clock, scratch, room);
	}
}

static int estimate_and_rank(struct making *making)
{
	size_t room = 1, first = 0;
	double *scratch;

	for (size_t i = 0; i < making->count; i++) {
		if (making->cells[i].count > room)
			room = making->cells[i].count;
	}
	scratch = calloc(2 * room, sizeof(*scratch));
	if (!scratch)
		return -1;
	for (size_t i = 0; i < making->count; i++)
		estimate_cell(&making->cells[i], scratch);
	qsort_r(making->cells, making->count, sizeof(*making->cells), by_rank,
		making);
	for (size_t i = 1; i <= making->count; i++) {
		if (i < making->count &&
			making->cells[i].row.group ==
				making->cells[first].row.group)
			continue;
		rank_group(making, &making->cells[first], i - first, scratch,
			room);
		first = i;
	}
	free(scratch);
	return 0;
}

/* Takes over the rows of the cells. Returns NULL when out of memory. */
static struct summary *finish(const struct making *making, bool torn)
{
	struct summary *summary = calloc(1, sizeof(*summary));

	if (!summary)
		return NULL;
	summary->rows = calloc(making->count, sizeof(*summary->rows));
	if (!summary->rows) {
		free(summary);
		return NULL;
	}
	summary->clock = making->clock;
	summary->torn = torn;
	summary->count = making->count;
	for (size_t i = 0; i < making->count; i++) {
		summary->rows[i] = making->cells[i].row;
		if (summary->rows[i].trials > summary->blocks)
			summary->blocks = summary->rows[i].trials;
	}
	return summary;
}

int summary_create(struct summary **out, const char *run_dir,
	enum summary_clock clock, struct fr_error *err)
{
	struct making making = {.clock = clock};
	bool torn = false;
	char *path = NULL;
	int rc = -1;

	*out = NULL;
	if (asprintf(&path, "%s/%s", run_dir, trial_schema.file) < 0)
		return fr_error_set(err, EXIT_INVALID, "out of memory");
	if (csv_read(path, &trial_schema, take_trial, &making, &torn, err))
		goto out;
	if (!making.count) {
		(void)fr_error_set(err, EXIT_INVALID,
			"%s: no trial outside warm-up", path);
		goto out;
	}
	if (estimate_and_rank(&making) == 0)
		*out = finish(&making, torn);
	rc = *out ? 0 : fr_error_set(err, EXIT_INVALID, "out of memory");
out:
	for (size_t i = 0; i < making.count; i++)
		free(making.cells[i].points);
	free(making.cells);
	free(path);
	return rc;
}

void summary_free(struct summary *summary)
{
	if (!summary)
		return;
	free(summary->rows);
	free(summary);
}
