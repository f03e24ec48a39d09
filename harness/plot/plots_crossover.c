/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The times of the first sweep of a setting, and where its cells begin to lose
 * to the fastest one.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/view/table.h"

/* A line of crossing.csv: a cell at a value of the swept setting. */
struct crossing_line {
	uint64_t curve;
	char cell[ROWS_TEXT_MAX];
	double level;
	double total_ms, low_ms, high_ms;
	double at, at_low, at_high;
	char said[ROWS_TEXT_MAX];
	char axis[ROWS_TEXT_MAX];
	char winner[ROWS_TEXT_MAX];
	char work[ROWS_TEXT_MAX];
	uint64_t curves, sweeps, blocks;
};

#define ROW struct crossing_line
static const struct column columns[] = {
	COLUMN(curve, "", "One cell; the slowest at the largest value is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency."),
	COLUMN(level, "", "The swept setting's value."),
	COLUMN(total_ms, "ms", "Median total time."),
	COLUMN(low_ms, "ms", "Low end of its 95 % interval."),
	COLUMN(high_ms, "ms", "High end of its 95 % interval."),
	COLUMN(at, "", "From which value on the cell loses; may be empty."),
	COLUMN(at_low, "", "Low end of its interval, within the sweep."),
	COLUMN(at_high, "", "High end of its interval, within the sweep."),
	COLUMN(said, "", "The three in words; empty where `at` is."),
	COLUMN(axis, "", "The swept setting and its unit."),
	COLUMN(winner, "", "The cell that is fastest at the largest value."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(curves, "", "Cells that could be drawn."),
	COLUMN(sweeps, "", "Sweeps of the run, of which this is the first."),
	COLUMN(blocks, "blocks", "Trials of a cell at a value, at most."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "crossing.csv");
#undef ROW

/* The cells of the first sweep. */
struct crossover {
	const struct summary *summary;
	const struct crossings *crossings;
	const struct crossing *first;
	uint64_t curves;
	struct crossing_curve {
		const char *label;
		const struct crossing *crossing; /* NULL: the winner */
		double last_ns;                  /* at the largest value */
	} * curve;
};

/* Whether the row is the cell, at some value of the swept setting. */
static bool is_point(const struct crossover *crossover, const char *cell,
	const struct summary_row *row)
{
	const struct crossing *first = crossover->first;
	char label[SUMMARY_LABEL_MAX];
	double level;

	summary_label(label, row);
	return row->rank != FR_UNKNOWN && strcmp(label, cell) == 0 &&
		setting_level(first->setting, &row->workload, &level) &&
		workload_same_but(
			&row->workload, &first->workload, first->setting);
}

static double last_time(const struct crossover *crossover, const char *cell)
{
	const struct summary *summary = crossover->summary;
	double time = NAN, most = -INFINITY, level;

	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];

		if (!is_point(crossover, cell, row))
			continue;
		(void)setting_level(
			crossover->first->setting, &row->workload, &level);
		if (level > most) {
			most = level;
			time = row->total.value;
		}
	}
	return time;
}

/* A key has the order of the lines' ends. */
static int compare_curves(const void *a, const void *b)
{
	double x = ((const struct crossing_curve *)a)->last_ns;
	double y = ((const struct crossing_curve *)b)->last_ns;

	return (x < y) - (x > y);
}

static void add_curve(struct crossover *crossover, const char *label,
	const struct crossing *crossing)
{
	double last_ns = last_time(crossover, label);

	if (isnan(last_ns))
		return;
	crossover->curve[crossover->curves++] =
		(struct crossing_curve){label, crossing, last_ns};
}

static double within(const struct crossing *crossing, double x)
{
	return fmax(crossing->least, fmin(crossing->most, x));
}

static int add_line(struct csv_text *text, const struct crossover *crossover,
	const struct crossing_curve *curve, const struct summary_row *row)
{
	const struct crossing *first = crossover->first;
	const struct crossings *all = crossover->crossings;
	const struct crossing *crossing = curve->crossing;
	struct crossing_line line;

	row_init(&line_schema, &line);
	line.curve = (uint64_t)(curve - crossover->curve) + 1;
	plots_format_label(line.cell, row);
	(void)setting_level(first->setting, &row->workload, &line.level);
	line.total_ms = row->total.value / 1e6;
	line.low_ms = row->total.low / 1e6;
	line.high_ms = row->total.high / 1e6;
	if (crossing && crossing->kind == CROSSING_FROM) {
		line.at = crossing->at.value;
		if (!isnan(crossing->at.low)) {
			line.at_low = within(crossing, crossing->at.low);
			line.at_high = within(crossing, crossing->at.high);
		}
		crossing_format(line.said, crossing);
		plots_remove_quoting(line.said, sizeof(line.said));
	}
	plots_format_axis(line.axis, first->setting, first->unit);
	(void)snprintf(line.winner, sizeof(line.winner), "%s", first->winner);
	plots_remove_quoting(line.winner, sizeof(line.winner));
	plots_format_others(
		line.work, crossover->summary, row, first->setting, NULL);
	line.curves = crossover->curves;
	line.sweeps = all->rows[all->count - 1].sweep;
	line.blocks = crossover->summary->blocks;
	return csv_text_add_row(text, &line_schema, &line);
}

/* The points of a curve in the order of the setting's values. */
static int add_points(struct csv_text *text, const struct crossover *crossover,
	const struct crossing_curve *curve)
{
	const struct summary *summary = crossover->summary;
	double below = -INFINITY;
	int rc = 0;

	while (!rc) {
		const struct summary_row *next = NULL;
		double least = INFINITY, level;

		for (size_t i = 0; i < summary->count; i++) {
			const struct summary_row *row = &summary->rows[i];

			if (!is_point(crossover, curve->label, row))
				continue;
			(void)setting_level(crossover->first->setting,
				&row->workload, &level);
			if (level > below && level < least) {
				least = level;
				next = row;
			}
		}
		if (!next)
			break;
		below = least;
		rc = add_line(text, crossover, curve, next);
	}
	return rc;
}

static int make_first(struct crossover *crossover, struct plots_files *files,
	struct fr_error *err)
{
	const struct crossings *all = crossover->crossings;
	struct csv_text text = {0};
	int rc;

	crossover->first = &all->rows[0];
	crossover->curve =
		calloc(all->count + 1, sizeof(struct crossing_curve));
	if (!crossover->curve)
		return fr_error_memory(err);
	add_curve(crossover, crossover->first->winner, NULL);
	for (size_t i = 0; i < all->count && all->rows[i].sweep == 1; i++)
		add_curve(crossover, all->rows[i].label, &all->rows[i]);
	qsort(crossover->curve, crossover->curves,
		sizeof(struct crossing_curve), compare_curves);
	rc = csv_text_add_header(&text, &line_schema);
	for (size_t c = 0; c < crossover->curves && c < PLOTS_CURVES_MAX && !rc;
		c++)
		rc = add_points(&text, crossover, &crossover->curve[c]);
	free(crossover->curve);
	if (!crossover->curves && !rc) {
		csv_text_release(&text);
		return 0;
	}
	return plots_keep(files, &line_schema, &text, rc, err);
}

int plots_crossover_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	struct crossings crossings;
	struct crossover crossover = {
		.summary = run->summary, .crossings = &crossings};
	int rc = crossings_find(&crossings, &run->dir, 1, CLOCK_TOTAL, err);

	if (!rc && crossings.count)
		rc = make_first(&crossover, files, err);
	crossings_release(&crossings);
	return rc;
}
