/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time and efficiency over one setting, or over concurrency: a file for each
 * that has several values while all else of a cell is the same.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/analysis/scaling.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/view/table.h"

enum { VALUES_MIN = 3 };

/* A line of a file: a cell at a value of the setting. */
struct sweep_line {
	uint64_t curve;
	char cell[ROWS_TEXT_MAX];
	char value[ROWS_TEXT_MAX];
	double x;
	uint64_t numeric;
	double elapsed_ms, low_ms, high_ms;
	double ideal_ms;
	double efficiency_percent, efficiency_low, efficiency_high;
	double knee;
	char axis[ROWS_TEXT_MAX];
	uint64_t curves, blocks;
	char work[ROWS_TEXT_MAX];
	uint64_t end;
};

#define ROW struct sweep_line
static const struct column columns[] = {
	COLUMN(curve, "", "Points of one curve differ in the setting alone."),
	COLUMN(cell, "", "The strategy, and what tells it apart."),
	COLUMN(value, "", "The setting's value."),
	COLUMN(x, "", "The value as a number, or its place among the values."),
	COLUMN(numeric, "", "1 if x is the value, 0 if it is a place."),
	COLUMN(elapsed_ms, "ms", "Median elapsed time."),
	COLUMN(low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(high_ms, "ms", "High end of its 95 % interval."),
	COLUMN(ideal_ms, "ms", "Median ideal time."),
	COLUMN(efficiency_percent, "%", "Median of ideal / elapsed."),
	COLUMN(efficiency_low, "%", "Low end of its 95 % interval."),
	COLUMN(efficiency_high, "%", "High end of its 95 % interval."),
	COLUMN(knee, "requests", "Where the curve's throughput is highest."),
	COLUMN(axis, "", "The setting and its unit."),
	COLUMN(curves, "", "Curves that could be drawn."),
	COLUMN(blocks, "blocks", "Trials of a cell, at most."),
	COLUMN(work, "", "What all of them did besides."),
	COLUMN(end, "", "0: a last field must not be empty."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "sweep-.csv");
#undef ROW

/* A cell with a figure. */
struct point {
	const struct summary_row *row;
	size_t curve, place; /* its curve, and the place of its value */
};

struct sweep {
	const struct plots_run *run;
	const struct setting *setting; /* NULL: concurrency */
	const struct scaling *scaling; /* NULL: none */
	size_t count, curves, values;
	struct point *points;
	const char *unit; /* NULL: a value has no level */
};

/* Compares two values of what is swept. */
static int compare_values(const struct sweep *sweep,
	const struct summary_row *a, const struct summary_row *b)
{
	if (!sweep->setting)
		return (a->concurrency > b->concurrency) -
			(a->concurrency < b->concurrency);
	return setting_compare(sweep->setting, &a->workload, &b->workload);
}

/* Whether two cells differ in what is swept at most. */
static bool is_same_curve(const struct sweep *sweep,
	const struct summary_row *a, const struct summary_row *b)
{
	return !strcmp(a->strategy, b->strategy) &&
		!strcmp(a->protocol, b->protocol) &&
		(!sweep->setting || a->concurrency == b->concurrency) &&
		workload_same_but(&a->workload, &b->workload, sweep->setting);
}

/* Counts the values of the point's curve. */
static size_t count_on_curve(const struct sweep *sweep, size_t curve)
{
	size_t count = 0;

	for (size_t i = 0; i < sweep->count; i++)
		count += sweep->points[i].curve == curve;
	return count;
}

/* Finds the curves with enough values; the other cells are left out. */
static void find_curves(struct sweep *sweep)
{
	size_t kept = 0, *number = calloc(sweep->count + 1, sizeof(*number));

	for (size_t i = 0; i < sweep->count; i++) {
		struct point *point = &sweep->points[i];

		point->curve = i;
		for (size_t j = 0; j < i && point->curve == i; j++)
			if (sweep->points[j].curve == j &&
				is_same_curve(sweep, sweep->points[j].row,
					point->row))
				point->curve = j;
	}
	for (size_t i = 0; number && i < sweep->count; i++)
		if (sweep->points[i].curve == i &&
			count_on_curve(sweep, i) >= VALUES_MIN)
			number[i] = ++sweep->curves;
	for (size_t i = 0; number && i < sweep->count; i++) {
		struct point point = sweep->points[i];

		point.curve = number[point.curve];
		if (point.curve)
			sweep->points[kept++] = point;
	}
	sweep->count = kept;
	free(number);
}

/* Numbers the values, the least first, and finds their unit. */
static void find_values(struct sweep *sweep)
{
	sweep->unit = sweep->setting ? NULL : "";
	for (size_t i = 0; i < sweep->count; i++) {
		struct point *point = &sweep->points[i];
		const char *unit = "";
		double level;

		point->place = 1;
		for (size_t j = 0; j < sweep->count; j++) {
			bool first = true;

			for (size_t k = 0; k < j && first; k++)
				first = compare_values(sweep,
						sweep->points[k].row,
						sweep->points[j].row) != 0;
			point->place += first &&
				compare_values(sweep, sweep->points[j].row,
					point->row) < 0;
		}
		if (point->place > sweep->values)
			sweep->values = point->place;
		if (sweep->setting)
			unit = setting_level(
				sweep->setting, &point->row->workload, &level);
		sweep->unit = !i ||
				(unit && sweep->unit &&
					!strcmp(unit, sweep->unit))
			? unit
			: NULL;
	}
}

static int by_curve(const void *a, const void *b)
{
	const struct point *x = a, *y = b;

	if (x->curve != y->curve)
		return x->curve < y->curve ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* The knee of the point's curve; NaN: none. */
static double knee_of(const struct sweep *sweep, const struct summary_row *row)
{
	for (size_t i = 0; sweep->scaling && i < sweep->scaling->count; i++) {
		const struct scaling_row *at = &sweep->scaling->rows[i];

		if (is_same_curve(sweep, &at->cell, row) &&
			at->cell.concurrency == row->concurrency)
			return at->knee;
	}
	return NAN;
}

static void format_value(char text[ROWS_TEXT_MAX], const struct sweep *sweep,
	const struct summary_row *row)
{
	char value[SETTING_TEXT_MAX];

	if (sweep->setting) {
		setting_write(value, sweep->setting, &row->workload);
		(void)snprintf(text, ROWS_TEXT_MAX, "%s", value);
	} else {
		(void)snprintf(
			text, ROWS_TEXT_MAX, "%" PRIu64, row->concurrency);
	}
	plots_remove_quoting(text, ROWS_TEXT_MAX);
}

static int add_point(struct csv_text *text, const struct sweep *sweep,
	const struct point *point)
{
	const struct summary_row *row = point->row;
	struct sweep_line line;

	row_init(&line_schema, &line);
	line.curve = point->curve;
	plots_format_curve(line.cell, sweep->run->summary, row, sweep->setting);
	format_value(line.value, sweep, row);
	line.x = sweep->setting ? (double)point->place
				: (double)row->concurrency;
	line.numeric = sweep->unit != NULL;
	if (sweep->unit && sweep->setting)
		(void)setting_level(sweep->setting, &row->workload, &line.x);
	line.elapsed_ms = row->elapsed.value / 1e6;
	line.low_ms = row->elapsed.low / 1e6;
	line.high_ms = row->elapsed.high / 1e6;
	line.ideal_ms = row->ideal.value / 1e6;
	/* Of an ideal of nothing, efficiency says nothing. */
	if (row->ideal.value > 0) {
		line.efficiency_percent = 100 * row->efficiency.value;
		line.efficiency_low = 100 * row->efficiency.low;
		line.efficiency_high = 100 * row->efficiency.high;
	}
	line.knee = sweep->setting ? (double)NAN : knee_of(sweep, row);
	if (sweep->setting)
		plots_format_axis(line.axis, sweep->setting,
			sweep->unit ? sweep->unit : "");
	else
		(void)snprintf(line.axis, sizeof(line.axis),
			"concurrency\342\200\232 requests in flight");
	line.curves = sweep->curves;
	line.blocks = sweep->run->summary->blocks;
	plots_format_work(line.work, sweep->run->summary, row);
	line.end = 0;
	return csv_text_add_row(text, &line_schema, &line);
}

static int keep_sweep(
	struct sweep *sweep, struct plots_files *files, struct fr_error *err)
{
	struct row_schema named = line_schema;
	struct csv_text text = {0};
	char name[64];
	int made = csv_text_add_header(&text, &line_schema);

	(void)snprintf(name, sizeof(name), "sweep-%s.csv",
		sweep->setting ? sweep->setting->name : "concurrency");
	named.file = name;
	qsort(sweep->points, sweep->count, sizeof(*sweep->points), by_curve);
	for (size_t i = 0; i < sweep->count && !made; i++)
		if (sweep->points[i].curve <= PLOTS_CURVES_MAX)
			made = add_point(&text, sweep, &sweep->points[i]);
	return plots_keep(files, &named, &text, made, err);
}

/* Keeps a file for the setting, if it was swept. */
static int make_sweep(const struct plots_run *run,
	const struct setting *setting, const struct scaling *scaling,
	struct plots_files *files, struct fr_error *err)
{
	const struct summary *summary = run->summary;
	struct sweep sweep = {
		.run = run, .setting = setting, .scaling = scaling};
	int rc = 0;

	sweep.points = calloc(summary->count + 1, sizeof(*sweep.points));
	if (!sweep.points)
		return fr_error_memory(err);
	for (size_t i = 0; i < summary->count; i++)
		if (summary->rows[i].rank != FR_UNKNOWN)
			sweep.points[sweep.count++].row = &summary->rows[i];
	find_curves(&sweep);
	if (sweep.count) {
		find_values(&sweep);
		rc = keep_sweep(&sweep, files, err);
	}
	free(sweep.points);
	return rc;
}

static bool varies(const struct summary *summary, const struct setting *setting)
{
	for (size_t i = 1; i < summary->count; i++)
		if (setting_compare(setting, &summary->rows[0].workload,
			    &summary->rows[i].workload))
			return true;
	return false;
}

int plots_sweeps_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	struct scaling *scaling = NULL;
	int rc;

	/* Too few values for a fit are no error here. */
	(void)scaling_create(&scaling, run->summary, NULL);
	rc = make_sweep(run, NULL, scaling, files, err);
	for (const struct setting *s = workload_settings; s->name && !rc; s++)
		if (varies(run->summary, s))
			rc = make_sweep(run, s, NULL, files, err);
	scaling_free(scaling);
	return rc;
}
