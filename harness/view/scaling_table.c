/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/table.h"

#include <inttypes.h>
#include <math.h>

#include "harness/base/screen.h"
#include "harness/base/texts.h"
#include "harness/view/format.h"

/* The columns of the table. Sentences below it say the rest. */
static bool is_shown(const char *name)
{
	static const char *const shown[] = {"concurrency", "trials",
		"throughput", "throughput_low", "throughput_high", "fitted",
		"residual", "left_out", "gain", NULL};

	return word_is_one_of(name, shown);
}

/* Changes are easier to read in percent. */
static const char *unit_of(
	const struct sheet *sheet, const struct column *column)
{
	static const char *const changes[] = {
		"residual", "left_out", "gain", NULL};

	(void)sheet;
	return word_is_one_of(column->name, changes) ? "%" : column->unit;
}

static void write_head(FILE *out, const struct summary_row *cell)
{
	fprintf(out, "%s: %" PRIu64 " requests", cell->strategy,
		cell->workload.requests);
	if (cell->workload.latency[0])
		fprintf(out, ", latency %s", cell->workload.latency);
	if (cell->workload.connections[0])
		fprintf(out, ", connections %s", cell->workload.connections);
	fprintf(out, "\n\n");
}

/* The greatest of two errors, whatever their signs. */
static double greater(double most, double error)
{
	return fmax(most, fabs(error));
}

/* The error of the curve, and of predictions with one point left out. */
static void write_errors(
	FILE *out, const struct scaling_row *rows, size_t count)
{
	char residual[FORMAT_MAX], between[FORMAT_MAX], end[FORMAT_MAX];
	double residuals = 0, inner = 0;

	for (size_t i = 0; i < count; i++) {
		residuals = greater(residuals, rows[i].residual);
		if (i > 0 && i + 1 < count)
			inner = greater(inner, rows[i].left_out);
	}
	format_percent(residual, residuals);
	format_percent(between, inner);
	format_percent(
		end, greater(fabs(rows[0].left_out), rows[count - 1].left_out));
	screen_paragraph(out,
		"The curve is within %s of every point. Left out, a point "
		"between others is predicted within %s, one at an end within "
		"%s.",
		residual, between, end);
}

/* Where the curve is highest, and whether that lies beyond the points. */
static void write_knee(FILE *out, const struct scaling_row *rows, size_t count)
{
	const struct scaling_row *last = &rows[count - 1];
	bool measured = rows[0].knee <= (double)last->cell.concurrency;

	if (isnan(rows[0].knee))
		fprintf(out,
			"No knee: the curve rises without limit (kappa "
			"is 0).\n");
	else if (rows[0].knee <= 1)
		fprintf(out, "The knee is at 1: concurrency gains nothing.\n");
	else
		fprintf(out, "The knee, where the curve is highest: %.0f%s.\n",
			rows[0].knee,
			measured ? ""
				 : ", extrapolated beyond the points measured");
}

static void write_doubling(
	FILE *out, const struct scaling_row *rows, size_t count)
{
	uint64_t measured = scaling_stops_at(rows, count);

	if (isnan(rows[0].pays_until))
		fprintf(out,
			"By the curve, each doubling gains %.0f %%, "
			"without limit; ",
			100 * USL_PAYS);
	else
		fprintf(out,
			"By the curve, doubling gains less than %.0f %% from "
			"%.0f on; ",
			100 * USL_PAYS, rows[0].pays_until);
	if (measured)
		fprintf(out, "as measured, from %" PRIu64 " on.\n", measured);
	else
		fprintf(out, "as measured, it gains that much throughout.\n");
}

static void write_sentences(
	FILE *out, const struct scaling_row *rows, size_t count)
{
	char lambda[FORMAT_MAX];

	format_number(lambda, rows[0].usl.lambda);
	fprintf(out,
		"\nlambda %s requests/s at 1, sigma (contention) %.3g, kappa "
		"(coherency) %.3g\n",
		lambda, rows[0].usl.sigma, rows[0].usl.kappa);
	write_knee(out, rows, count);
	write_doubling(out, rows, count);
	write_errors(out, rows, count);
}

static void write_table(FILE *out, const struct scaling *scaling, bool markdown)
{
	struct sheet sheet = {.schema = &scaling_schema, .unit = unit_of};

	for (size_t c = 0; c < scaling_schema.count; c++)
		sheet.hidden[c] = !is_shown(scaling_schema.columns[c].name);
	for (size_t curve = 1; curve <= scaling->curves; curve++) {
		const struct scaling_row *rows;

		sheet.count = scaling_curve(scaling, curve, &rows);
		sheet.rows = rows;
		fprintf(out, "%s", curve > 1 ? "\n" : "");
		write_head(out, &rows->cell);
		sheet_write_table(out, &sheet, markdown);
		write_sentences(out, rows, sheet.count);
	}
	fprintf(out, "\n");
	screen_paragraph(out,
		"fitted: lambda N / (1 + sigma (N - 1) + kappa N (N - 1)); "
		"residual: throughput / fitted - 1; left_out: the error of "
		"predicting a point from the others; gain: of doubling, as "
		"measured.");
}

int scaling_write(
	FILE *out, const struct scaling *scaling, enum table_format format)
{
	const struct sheet all = {.schema = &scaling_schema,
		.rows = scaling->rows,
		.count = scaling->count};
	json_t *json = NULL;

	if (format == TABLE_JSON)
		json = json_pack("{s:i, s:s, s:o}", "schema_version",
			ROWS_SCHEMA_VERSION, "law", "usl", "points",
			sheet_json(&all));
	else if (format != TABLE_CSV)
		write_table(out, scaling, format == TABLE_MARKDOWN);
	return sheet_write(out, format, &all, json);
}
