/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a trial's results came: the share of items that had ended, over time,
 * in the trial that stands for each cell. Of many items evenly chosen ones are
 * enough for a curve. Curves that nobody could tell apart form a band.
 */
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of completion.csv. */
struct completion_line {
	uint64_t curve;
	char cell[ROWS_TEXT_MAX];
	char work[ROWS_TEXT_MAX];
	uint64_t cells;
	double end_ms, share_percent;
	uint64_t band;
};

#define ROW struct completion_line
static const struct column columns[] = {
	COLUMN(curve, "", "One cell; the fastest is 1."),
	COLUMN(cell, "", "Strategy, @, concurrency, what tells it apart."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(cells, "", "Cells that could be drawn."),
	COLUMN(end_ms, "ms", "An item's end, counted from t0."),
	COLUMN(share_percent, "%", "Items that had ended then, of all."),
	COLUMN(band, "", "Curves of one band are drawn as one; see bands.csv."),
};
static const struct row_schema line_schema =
	SCHEMA_OF(columns, "completion.csv");
#undef ROW

/* A line of bands.csv: where the curves of a band are at a share of the items. */
struct band_line {
	uint64_t band, curves;
	double share_percent, low_ms, high_ms;
};

#define ROW struct band_line
static const struct column band_columns[] = {
	COLUMN(band, "", "The fastest is 1."),
	COLUMN(curves, "", "How many curves are in the band."),
	COLUMN(share_percent, "%", "Items that had ended, of all."),
	COLUMN(low_ms, "ms", "When they had in the earliest curve."),
	COLUMN(high_ms, "ms", "When they had in the latest curve."),
};
static const struct row_schema band_schema =
	SCHEMA_OF(band_columns, "bands.csv");
#undef ROW

/* Shares at which curves are compared: 0 %, 1 % and so on. */
enum { SHARES = 101 };

/* Curves coincide that are nowhere farther apart than this part of the axis. */
static const double coincide = 0.015;

struct curve {
	const struct summary_row *row; /* the summary's */
	double *ends_ms;               /* row->workload.requests */
	size_t count;
	size_t band; /* index */
};

struct band {
	size_t curves;
	double low_ms[SHARES], high_ms[SHARES];
};

struct curves {
	size_t count, bands;
	const struct summary_row *rows[PLOTS_CURVES_MAX];
	struct curve curve[PLOTS_CURVES_MAX];
	struct band band[PLOTS_CURVES_MAX];
};

static void *find(void *state, const struct trial_row *trial)
{
	struct curves *curves = state;

	for (size_t i = 0; i < curves->count; i++)
		if (!strcmp(curves->rows[i]->median_trial, trial->trial))
			return &curves->curve[i];
	return NULL;
}

static int take(void *state, void *place, const struct request_row *request,
	struct fr_error *err)
{
	struct curve *curve = place;

	(void)state;
	(void)err;
	if (request->end_ns != FR_UNKNOWN &&
		curve->count < curve->row->workload.requests)
		curve->ends_ms[curve->count++] = (double)request->end_ns / 1e6;
	return 0;
}

static void curves_free(void *state)
{
	struct curves *curves = state;

	for (size_t i = 0; i < curves->count; i++)
		free(curves->curve[i].ends_ms);
	free(curves);
}

static int begin(
	void **state, const struct plots_run *run, struct fr_error *err)
{
	struct curves *curves = calloc(1, sizeof(*curves));
	const struct summary *summary = run->summary;

	if (!curves)
		return fr_error_memory(err);
	*state = curves;
	for (size_t i = 0;
		i < summary->count && curves->count < PLOTS_CURVES_MAX; i++) {
		const struct summary_row *row = &summary->rows[i];
		struct curve *curve = &curves->curve[curves->count];

		if (row->rank == FR_UNKNOWN)
			continue;
		curves->rows[curves->count++] = curve->row = row;
		curve->ends_ms = calloc(row->workload.requests, sizeof(double));
		if (!curve->ends_ms)
			return fr_error_memory(err);
	}
	return 0;
}

/* When a share of all items had ended; NaN: never. */
static double time_of(const struct curve *curve, size_t share)
{
	uint64_t ended = (curve->row->workload.requests * share + SHARES - 2) /
		(SHARES - 1);

	if (!ended)
		return 0;
	return ended <= curve->count ? curve->ends_ms[ended - 1] : (double)NAN;
}

/* Whether the curve can join the band, which must not get too wide. */
static bool joins(
	const struct band *band, const struct curve *curve, double span)
{
	for (size_t share = 0; share < SHARES; share++) {
		double time = time_of(curve, share);
		double low = fmin(band->low_ms[share], time);
		double high = fmax(band->high_ms[share], time);

		if (isnan(time) != isnan(band->low_ms[share]) ||
			high - low > coincide * span)
			return false;
	}
	return true;
}

static void find_band(struct curves *curves, struct curve *curve, double span)
{
	struct band *band;

	curve->band = 0;
	while (curve->band < curves->bands &&
		!joins(&curves->band[curve->band], curve, span))
		curve->band++;
	band = &curves->band[curve->band];
	if (curve->band == curves->bands) {
		curves->bands++;
		for (size_t share = 0; share < SHARES; share++)
			band->low_ms[share] = band->high_ms[share] =
				time_of(curve, share);
	}
	for (size_t share = 0; share < SHARES; share++) {
		double time = time_of(curve, share);

		band->low_ms[share] = fmin(band->low_ms[share], time);
		band->high_ms[share] = fmax(band->high_ms[share], time);
	}
	band->curves++;
}

static void find_bands(struct curves *curves)
{
	double span = 0;

	for (size_t i = 0; i < curves->count; i++) {
		struct curve *curve = &curves->curve[i];

		gsl_sort(curve->ends_ms, 1, curve->count);
		if (curve->count)
			span = fmax(span, curve->ends_ms[curve->count - 1]);
	}
	for (size_t i = 0; i < curves->count; i++)
		find_band(curves, &curves->curve[i], span);
}

static int add_curve(struct csv_text *text, const struct summary *summary,
	const struct curve *curve, uint64_t number)
{
	struct completion_line line = {.curve = number,
		.cells = plots_cells(summary),
		.band = curve->band + 1};
	size_t n = curve->count;
	size_t points = n < PLOTS_POINTS_MAX ? n : PLOTS_POINTS_MAX;
	int rc;

	plots_format_cell(line.cell, summary, curve->row);
	plots_format_work(line.work, summary, curve->row);
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

static int keep_bands(const struct curves *curves, struct plots_files *files,
	struct fr_error *err)
{
	struct csv_text text = {0};
	int made = csv_text_add_header(&text, &band_schema);

	for (size_t b = 0; b < curves->bands; b++) {
		const struct band *band = &curves->band[b];

		for (size_t share = 0; share < SHARES && !made; share++) {
			struct band_line line = {.band = b + 1,
				.curves = band->curves,
				.share_percent = (double)share,
				.low_ms = band->low_ms[share],
				.high_ms = band->high_ms[share]};

			if (!isnan(line.low_ms))
				made = csv_text_add_row(
					&text, &band_schema, &line);
		}
	}
	return plots_keep(files, &band_schema, &text, made, err);
}

static int finish(void *state, const struct plots_run *run,
	struct plots_files *files, struct fr_error *err)
{
	struct curves *curves = state;
	struct csv_text text = {0};
	int made = csv_text_add_header(&text, &line_schema);

	find_bands(curves);
	for (size_t i = 0; i < curves->count && !made; i++)
		made = add_curve(&text, run->summary, &curves->curve[i], i + 1);
	if (plots_keep(files, &line_schema, &text, made, err))
		return -1;
	return keep_bands(curves, files, err);
}

const struct plots_pass plots_completion = {
	begin, find, take, finish, curves_free};
