/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The points and curves of sweeps, for their picture. */

#include "harness/analysis/scaling.h"
#include "harness/plot/plots_rows.h"
#include "harness/record/columns.h"

/* A line of scaling.csv. */
struct scaling_line {
	uint64_t curve;
	char sweep[ROWS_TEXT_MAX];
	char work[ROWS_TEXT_MAX];
	uint64_t curves;
	uint64_t concurrency;
	double throughput, throughput_low, throughput_high;
	double lambda, sigma, kappa, knee;
};

#define ROW struct scaling_line
static const struct column columns[] = {
	COLUMN(curve, "", "Points of one curve differ in concurrency alone."),
	COLUMN(sweep, "", "The strategy, and what tells it apart."),
	COLUMN(work, "", "What all of them did."),
	COLUMN(curves, "", "Curves that could be drawn."),
	COLUMN(concurrency, "requests", "The most requests in flight."),
	COLUMN(throughput, "requests/s", "Median."),
	COLUMN(throughput_low, "requests/s", "Low end of its interval."),
	COLUMN(throughput_high, "requests/s", "High end of its interval."),
	COLUMN(lambda, "requests/s", "The curve's throughput at 1."),
	COLUMN(sigma, "ratio", "The curve's contention."),
	COLUMN(kappa, "ratio", "The curve's coherency."),
	COLUMN(knee, "requests", "Where the curve is highest; may be empty."),
};
static const struct row_schema line_schema = SCHEMA_OF(columns, "scaling.csv");
#undef ROW

static int add_line(struct csv_text *text, const struct summary *summary,
	const struct scaling *scaling, const struct scaling_row *row)
{
	struct scaling_line line = {
		.curve = row->curve,
		.curves = scaling->curves,
		.concurrency = row->cell.concurrency,
		.throughput = row->cell.throughput.value,
		.throughput_low = row->cell.throughput.low,
		.throughput_high = row->cell.throughput.high,
		.lambda = row->usl.lambda,
		.sigma = row->usl.sigma,
		.kappa = row->usl.kappa,
		.knee = row->knee,
	};

	plots_format_curve(line.sweep, summary, &row->cell, NULL);
	plots_format_work(line.work, summary, &row->cell);
	return csv_text_add_row(text, &line_schema, &line);
}

int plots_scaling_make(const struct plots_run *run, struct plots_files *files,
	struct fr_error *err)
{
	struct scaling *scaling;
	struct csv_text text = {0};
	int rc;

	/* Most runs have no sweep: that is no error here. */
	if (scaling_create(&scaling, run->summary, NULL))
		return 0;
	rc = csv_text_add_header(&text, &line_schema);
	for (size_t i = 0; i < scaling->count && !rc; i++) {
		if (scaling->rows[i].curve <= PLOTS_CURVES_MAX)
			rc = add_line(&text, run->summary, scaling,
				&scaling->rows[i]);
	}
	scaling_free(scaling);
	return plots_keep(files, &line_schema, &text, rc, err);
}
