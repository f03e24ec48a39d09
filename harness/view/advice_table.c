/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the cells that were not shown to be slower than the fastest. */
#include <math.h>
#include <string.h>

#include "harness/view/advice_show.h"
#include "harness/view/format.h"
#include "harness/view/text_table.h"

size_t advice_count_in(const struct advice *advice)
{
	size_t count = 0;

	for (size_t i = 0; i < advice->count; i++)
		count += advice_is_in(&advice->rows[i]);
	return count;
}

/* A figure with so many digits; "-": unknown. */
static void format_figure(char text[FORMAT_MAX], double figure, int digits)
{
	if (isnan(figure))
		(void)snprintf(text, FORMAT_MAX, "-");
	else
		(void)snprintf(text, FORMAT_MAX, "%.*f", digits, figure);
}

/* The columns, in their order. */
enum {
	COLUMN_CELL,
	COLUMN_TIME,
	COLUMN_RATIO,
	COLUMN_CPU,
	COLUMN_MEMORY,
	COLUMN_CONNECTIONS,
	COLUMNS,
};

static const struct text_column columns[COLUMNS] = {
	[COLUMN_CELL] = {.head = {"cell"}, .least = 24, .is_left = true},
	[COLUMN_TIME] = {.least = 23, .gap = 1, .is_left = true, .leaves = 4},
	[COLUMN_RATIO] = {.head = {"times the fastest"},
		.least = 20,
		.gap = 1,
		.is_left = true},
	[COLUMN_CPU] = {.head = {"CPU ms"}, .least = 7, .gap = 1, .leaves = 3},
	[COLUMN_MEMORY] = {.head = {"memory MB"},
		.least = 9,
		.gap = 1,
		.leaves = 2},
	[COLUMN_CONNECTIONS] = {.head = {"connections"},
		.least = 11,
		.gap = 1,
		.leaves = 1},
};

static void format_ratio_of(
	char text[FORMAT_ESTIMATE_MAX], const struct advice_row *row)
{
	if (row->state == ADVICE_FASTEST)
		(void)snprintf(text, FORMAT_ESTIMATE_MAX, "fastest");
	else if (isnan(row->ratio.low))
		(void)snprintf(
			text, FORMAT_ESTIMATE_MAX, "%.3f", row->ratio.value);
	else
		(void)snprintf(text, FORMAT_ESTIMATE_MAX, "%.3f [%.3f, %.3f]",
			row->ratio.value, row->ratio.low, row->ratio.high);
}

/* The n-th row that was not shown to be slower. */
static const struct advice_row *row_in(const struct advice *advice, size_t n)
{
	const struct advice_row *row = advice->rows;

	while (!advice_is_in(row) || n-- > 0)
		row++;
	return row;
}

static void write_cell(
	char text[TEXT_CELL_MAX], const void *ctx, size_t n, size_t column)
{
	const struct advice_row *row = row_in(ctx, n);
	char figure[FORMAT_ESTIMATE_MAX], label[SUMMARY_LABEL_MAX];

	switch (column) {
	case COLUMN_CELL:
		advice_label(label, row);
		(void)snprintf(figure, sizeof(figure), "%s%s", label,
			row->recommended ? " *" : "");
		break;
	case COLUMN_TIME:
		format_estimate(figure, &row->time);
		break;
	case COLUMN_RATIO:
		format_ratio_of(figure, row);
		break;
	case COLUMN_CPU:
		format_ms(figure, row->cpu_ns, row->cpu_ns * 10);
		break;
	case COLUMN_MEMORY:
		format_figure(figure, row->memory_bytes / 1e6, 1);
		break;
	default:
		format_figure(figure, row->connections, 0);
		break;
	}
	(void)snprintf(text, TEXT_CELL_MAX, "%s", figure);
}

static enum screen_paint paint_cell(const void *ctx, size_t n, size_t column)
{
	(void)column;
	return row_in(ctx, n)->recommended ? PAINT_BEST : PAINT_PLAIN;
}

static void write_markdown_table(FILE *out, const struct text_table *table)
{
	char text[TEXT_CELL_MAX];

	for (size_t c = 0; c < COLUMNS; c++)
		fprintf(out, "| %s ", table->columns[c].head[0]);
	fputs("|\n", out);
	for (size_t c = 0; c < COLUMNS; c++)
		fputs(columns[c].is_left ? "|---" : "|--:", out);
	fputs("|\n", out);
	for (size_t n = 0; n < table->rows; n++) {
		for (size_t c = 0; c < COLUMNS; c++) {
			write_cell(text, table->ctx, n, c);
			fprintf(out, "| %s ", text);
		}
		fputs("|\n", out);
	}
}

void advice_write_table(struct advice_text *text)
{
	const struct advice *advice = text->advice;
	uint64_t limit = advice->workload.memory;
	bool is_limited = limit && limit != FR_UNKNOWN;
	FILE *out = text->paragraph.out;
	struct text_table table = {
		.count = COLUMNS,
		.rows = advice_count_in(advice),
		.indent = 2,
		.cell = write_cell,
		.paint = paint_cell,
		.ctx = advice,
	};

	memcpy(table.columns, columns, sizeof(columns));
	(void)snprintf(table.columns[COLUMN_TIME].head[0], TEXT_HEAD_MAX,
		"%s ms [95 %%]", summary_clock_names[advice->clock]);
	fputc('\n', out);
	if (text->paragraph.markdown) {
		write_markdown_table(out, &table);
	} else {
		(void)text_table_fit(&table, screen_width(out));
		text_table_write_head(&table, out);
		for (size_t n = 0; n < table.rows; n++)
			text_table_write_row(&table, out, n);
		text_table_write_rest(
			&table, out, "--format csv has all columns");
	}
	fputc('\n', out);
	paragraph_say(&text->paragraph,
		"* is recommended. None of these was shown to be slower than "
		"the fastest by more than 1 %%. Memory is that of %s.",
		is_limited ? "all processes" : "the largest process");
	paragraph_end(&text->paragraph);
}
