/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A check as people read it on a terminal. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/view/check_forms.h"
#include "harness/view/text_table.h"

enum { METRIC_MAX = sizeof(((struct check_row *)0)->metric) + 24 };

/* Whether the metric is a percentile that so few requests do not have. */
static bool is_slowest(const struct check_row *row)
{
	const char *requests = strstr(row->scenario, "requests=");

	return requests &&
		format_is_slowest(row->metric, strtod(requests + 9, NULL));
}

/* "elapsed, ms": the metric, with its unit unless it is a count. */
static void format_metric(char metric[METRIC_MAX], const struct check_row *row)
{
	const char *unit = check_unit(row);

	(void)snprintf(metric, METRIC_MAX, "%s%s%s%s", row->metric,
		is_slowest(row) ? " *" : "", unit[0] ? ", " : "", unit);
}

static void format_interval(
	char figure[FORMAT_MAX], const struct check_row *row)
{
	if (isnan(row->ci_lo) || isnan(row->ci_hi))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%+.1f .. %+.1f",
			100 * (row->ci_lo - 1), 100 * (row->ci_hi - 1));
}

static void format_p(char figure[FORMAT_MAX], double p)
{
	if (isnan(p))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else if (p < 0.0001)
		(void)snprintf(figure, FORMAT_MAX, "<.0001");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.4f", p);
}

/* The columns, in their order. */
enum {
	COLUMN_VERDICT,
	COLUMN_STRATEGY,
	COLUMN_METRIC,
	COLUMN_BASE,
	COLUMN_HEAD,
	COLUMN_CHANGE,
	COLUMN_INTERVAL,
	COLUMN_MARGIN,
	COLUMN_P,
	COLUMN_DETECTS,
	COLUMN_N,
	COLUMN_VOIDS,
	COLUMNS,
};

static const struct text_column columns[COLUMNS] = {
	[COLUMN_VERDICT] = {.head = {"verdict"}, .least = 12, .is_left = true},
	[COLUMN_STRATEGY] = {.head = {"strategy"},
		.least = 20,
		.gap = 2,
		.is_left = true},
	[COLUMN_METRIC] = {.head = {"metric"},
		.least = 15,
		.gap = 1,
		.is_left = true},
	[COLUMN_BASE] = {.head = {"base"}, .least = 9, .gap = 1, .leaves = 6},
	[COLUMN_HEAD] = {.head = {"head"}, .least = 9, .gap = 1, .leaves = 6},
	[COLUMN_CHANGE] = {.head = {"change"}, .least = 13, .gap = 1},
	[COLUMN_INTERVAL] = {.head = {"interval, %"},
		.name = "interval",
		.least = 16,
		.gap = 2,
		.is_left = true,
		.leaves = 7},
	[COLUMN_MARGIN] = {.head = {"margin"},
		.least = 8,
		.gap = 1,
		.leaves = 5},
	[COLUMN_P] = {.head = {"p"}, .least = 6, .gap = 1, .leaves = 3},
	[COLUMN_DETECTS] = {.head = {"detects"},
		.least = 9,
		.gap = 1,
		.leaves = 4},
	[COLUMN_N] = {.head = {"n"}, .least = 4, .gap = 1, .leaves = 2},
	[COLUMN_VOIDS] = {.head = {"voids"}, .least = 5, .gap = 1, .leaves = 1},
};

static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t i, size_t column)
{
	const struct check_report *report = ctx;
	const struct check_row *row = &report->rows[i];
	char figure[FORMAT_MAX], metric[METRIC_MAX];
	const char *its = figure;

	switch (column) {
	case COLUMN_VERDICT:
		its = row->role == CHECK_GATED
			? check_verdict_names[row->verdict]
			: check_role_names[row->role];
		break;
	case COLUMN_STRATEGY:
		its = row->strategy;
		break;
	case COLUMN_METRIC:
		format_metric(metric, row);
		its = metric;
		break;
	case COLUMN_BASE:
	case COLUMN_HEAD:
		check_value(figure, row,
			column == COLUMN_BASE ? row->base : row->head);
		break;
	case COLUMN_CHANGE:
		check_change(figure, row->ratio);
		break;
	case COLUMN_INTERVAL:
		format_interval(figure, row);
		break;
	case COLUMN_MARGIN:
		check_margin(figure, row);
		break;
	case COLUMN_P:
		format_p(figure, row->p_holm);
		break;
	case COLUMN_DETECTS:
		check_change(figure, 1 + row->mde);
		break;
	default:
		(void)snprintf(figure, sizeof(figure), "%" PRIu64,
			column == COLUMN_N ? row->n_blocks : row->voids);
		break;
	}
	(void)snprintf(text, TEXT_CELL_MAX, "%s", its);
}

static enum screen_paint paint_of(enum check_verdict verdict)
{
	static const enum screen_paint paints[CHECK_VERDICT_COUNT] = {
		[CHECK_PASS] = PAINT_BEST,
		[CHECK_IMPROVED] = PAINT_BEST,
		[CHECK_REGRESSED] = PAINT_BAD,
		[CHECK_INCONCLUSIVE] = PAINT_OPEN,
		[CHECK_INVALID] = PAINT_BAD,
	};

	return paints[verdict];
}

static enum screen_paint paint_cell(const void *ctx, size_t i, size_t column)
{
	const struct check_report *report = ctx;
	const struct check_row *row = &report->rows[i];

	if (column != COLUMN_VERDICT)
		return PAINT_PLAIN;
	return row->role == CHECK_GATED ? paint_of(row->verdict) : PAINT_FAINT;
}

/* The verdict, in its colour. */
static void write_verdict(FILE *out, const struct check_report *report)
{
	enum screen_paint paint = paint_of(report->verdict);

	fprintf(out, "%s%s%s", screen_begin(out, paint),
		check_verdict_names[report->verdict], screen_end(out, paint));
}

/* Rows of one cell may have one reason, which is said under the last of them. */
static void write_reason(FILE *out, const struct check_report *report, size_t i)
{
	const struct check_row *row = &report->rows[i];
	const struct check_row *next = i + 1 < report->count ? row + 1 : NULL;

	/* Nobody asked whether an informative row passes. */
	if (row->role == CHECK_INFORMATIVE &&
		row->verdict == CHECK_INCONCLUSIVE)
		return;
	if (row->reason[0] &&
		(!next || strcmp(row->reason, next->reason) != 0 ||
			strcmp(row->scenario, next->scenario) != 0))
		fprintf(out, "  %-12s  %s\n", "", row->reason);
}

/*
 * A line for each row, by scenario, the reasons below, and what it comes to. A
 * check without an answer begins with that.
 */
int check_write_table(FILE *out, const struct check_report *report)
{
	const char *scenario = NULL;
	bool answered = report->verdict != CHECK_INVALID &&
		report->verdict != CHECK_INCONCLUSIVE;
	struct text_table table = {
		.count = COLUMNS,
		.rows = report->count,
		.indent = 2,
		.cell = write_cell,
		.paint = paint_cell,
		.ctx = report,
	};

	memcpy(table.columns, columns, sizeof(columns));
	(void)text_table_fit(&table, screen_width(out));
	if (!answered) {
		write_verdict(out, report);
		fprintf(out, ": %s\n", report->reason);
	}
	fprintf(out, "base: %s\nhead: %s\n", report->base, report->head);
	for (size_t i = 0; i < report->count; i++) {
		const struct check_row *row = &report->rows[i];

		if (!scenario || strcmp(scenario, row->scenario) != 0) {
			fprintf(out, "\n%s\n", row->scenario);
			text_table_write_head(&table, out);
		}
		scenario = row->scenario;
		text_table_write_row(&table, out, i);
		write_reason(out, report, i);
	}
	fputc('\n', out);
	screen_paragraph(out, "%s", check_legend);
	for (size_t i = 0, told = 0; i < report->count && !told; i++)
		if (is_slowest(&report->rows[i])) {
			screen_paragraph(out,
				"* that of the slowest request: a trial has "
				"too few requests for this percentile.");
			told = 1;
		}
	text_table_write_rest(&table, out, "--format csv has all columns");
	write_verdict(out, report);
	fprintf(out, "%s%s\n", answered ? ": " : "",
		answered ? report->reason : "");
	return 0;
}
