/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a trial's results came: the share of items that had ended, over time,
 * in the trial that stands for each cell. Of many items evenly chosen ones are
 * enough for a curve.
 */
#include <gsl/gsl_sort.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"
#include "harness/runs/trials.h"

/* A line of completion.csv. */
struct completion_line {
	uint64_t curve;
	char cell[ROWS_TEXT_MAX];
	char work[ROWS_TEXT_MAX];
	uint64_t cells;
	double end_ms, share_percent;
};

#define ROW struct completion_line
static const struct column columns[] = {
	COLUMN(curve, "", "One cell; the fastest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(end_ms, "ms", "An item's end, counted from t0."),
	COLUMN(share_percent, "%", "Items that had ended then, of all."),
};
static const struct row_schema line_schema =
	SCHEMA_OF(columns, "completion.csv");
#undef ROW

struct curve {
	const struct summary_row *row; /* the summary's; NULL: no curve */
	double *ends_ms;               /* row->requests */
	size_t count;
};

static int take_request(void *ctx, const void *row, struct fr_error *err)
{
	const struct request_row *request = row;
	struct curve *curves = ctx;

	(void)err;
	for (size_t i = 0; i < PLOTS_CURVES_MAX && curves[i].row; i++) {
		struct curve *curve = &curves[i];

		if (strcmp(curve->row->median_trial, request->trial) != 0 ||
			request->end_ns == FR_UNKNOWN ||
			curve->count == curve->row->workload.requests)
			continue;
		curve->ends_ms[curve->count++] = (double)request->end_ns / 1e6;
	}
	return 0;
}

static int choose_curves(struct curve *curves, const struct summary *summary)
{
	size_t count = 0;

	for (size_t i = 0; i < summary->count && count < PLOTS_CURVES_MAX;
		i++) {
		const struct summary_row *row = &summary->rows[i];

		if (row->rank == FR_UNKNOWN)
			continue;
		curves[count].ends_ms =
			calloc(row->workload.requests, sizeof(double));
		if (!curves[count].ends_ms)
			return -1;
		curves[count++].row = row;
	}
	return 0;
}

static int add_curve(struct csv_text *text, const struct summary *summary,
	struct curve *curve, uint64_t number)
{
	struct completion_line line = {
		.curve = number, .cells = plots_cells(summary)};
	size_t n = curve->count;
	size_t points = n < PLOTS_POINTS_MAX ? n : PLOTS_POINTS_MAX;
	int rc;

	plots_format_cell(line.cell, summary, curve->row);
	plots_format_work(line.work, summary, curve->row);
	gsl_sort(curve->ends_ms, 1, n);
	/* It begins with nothing, at t0. */
	rc = csv_text_add_row(text, &line_schema, &line);
	for (size_t p = 1; p <= points && !rc; p++) {
		size_t ended = n * p / points;

		line.end_ms = curve->ends_ms[ended - 1];
		line.share_percent = 100 * (double)ended /
			(double)curve->row->workload.requests;
		rc = csv_text_add_row(text, &line_schema, &line);
	}
	return rc;
}

int plots_completion_write(const struct summary *summary, const char *run_dir,
	const char *plots_dir, struct fr_error *err)
{
	struct curve curves[PLOTS_CURVES_MAX] = {0};
	struct csv_text text = {0};
	int rc = choose_curves(curves, summary);

	if (rc)
		(void)fr_error_memory(err);
	else
		rc = requests_read(
			run_dir, &request_schema, take_request, curves, err);
	if (!rc) {
		int made = csv_text_add_header(&text, &line_schema);

		for (size_t i = 0;
			i < PLOTS_CURVES_MAX && curves[i].row && !made; i++)
			made = add_curve(&text, summary, &curves[i], i + 1);
		rc = plots_write_file(
			plots_dir, &line_schema, &text, made, err);
	}
	for (size_t i = 0; i < PLOTS_CURVES_MAX; i++)
		free(curves[i].ends_ms);
	return rc;
}
