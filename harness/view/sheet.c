/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns are as wide as what is in them; texts stand left, numbers right.
 * Times are in ns for programs and in ms for people, who may also be given a
 * change, such as 0.05, in % with its sign.
 */
#include "harness/view/sheet.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "harness/record/csv.h"
#include "harness/record/row_json.h"
#include "harness/runs/measures.h"
#include "harness/view/sheet_scale.h"
#include "harness/view/text_table.h"

const char *const table_format_names[] = {
	"table", "csv", "json", "markdown", NULL};

int sheet_write_csv(FILE *out, const struct sheet *sheet)
{
	struct csv_text text = {0};
	int rc;

	rc = csv_text_add_header(&text, sheet->schema);
	for (size_t i = 0; i < sheet->count && !rc; i++)
		rc = csv_text_add_row(
			&text, sheet->schema, sheet_row(sheet, i));
	if (!rc)
		(void)fwrite(text.bytes, 1, text.length, out);
	csv_text_release(&text);
	return rc;
}

int sheet_dump(FILE *out, json_t *document)
{
	int rc;

	if (!document)
		return -ENOMEM;
	rc = json_dumpf(document, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
	json_decref(document);
	if (rc)
		return ferror(out) ? -EIO : -ENOMEM;
	return fputc('\n', out) == EOF ? -EIO : 0;
}

json_t *sheet_json(const struct sheet *sheet)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sheet->count && array; i++) {
		if (json_array_append_new(array,
			    row_json(sheet->schema, sheet_row(sheet, i)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/*
 * The figures that are left out where there is no room for all, the first ones
 * first; those of one line leave together.
 */
static const char *const leaving[][3] = {
	{"left_out", "residual"},
	{"mean", "least"},
	{"trials", "base_trials", "new_trials"},
	{"started_at"},
	{"most", "p99_9"},
	{"requests"},
	{"fitted"},
	{"low", "high"},
	{"throughput_low", "throughput_high"},
	{"p50"},
	{"failed", "base_failed", "new_failed"},
	{"ratio_low", "ratio_high"},
	{"base", "new"},
};

/* When the figure is left out, from 1 on; 0: never. */
static unsigned leaves(const char *name)
{
	for (unsigned i = 0; i < sizeof(leaving) / sizeof(leaving[0]); i++)
		for (size_t k = 0; k < 3 && leaving[i][k]; k++)
			if (!strcmp(leaving[i][k], name))
				return i + 1;
	return 0;
}

/* The columns of a table of text: those from `from` on that are shown. */
struct sheet_view {
	const struct sheet *sheet;
	struct scaled_sheet scaled;
	size_t shown[SHEET_COLUMNS_MAX];
	struct text_table table;
};

static void write_cell_of(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	_Static_assert(ROWS_TEXT_MAX <= (int)TEXT_CELL_MAX, "a text fits");
	const struct sheet_view *view = ctx;

	sheet_format_cell(text, &view->scaled, row, view->shown[column]);
}

/* Whether the figure of the rows is the better the lower it is, or the higher. */
static int better_way(const struct sheet *sheet, size_t row)
{
	const struct column *columns = sheet->schema->columns;
	char unit[ROWS_TEXT_MAX] = "";

	for (size_t c = 0; c < sheet->schema->count; c++)
		if (!strcmp(columns[c].name, "unit"))
			csv_member(unit, &columns[c], sheet_row(sheet, row));
	if (!strcmp(unit, "ns"))
		return -1;
	return !strcmp(unit, "requests/s");
}

/* A ratio whose interval is on one side of 1 stands out. */
static enum screen_paint paint_cell_of(
	const void *ctx, size_t row, size_t column)
{
	const struct sheet_view *view = ctx;
	const struct column *columns =
		&view->sheet->schema->columns[view->shown[column]];
	double low, high;
	int better;

	if (strcmp(columns[0].name, "ratio") != 0)
		return PAINT_PLAIN;
	low = column_figure(&columns[1], sheet_row(view->sheet, row));
	high = column_figure(&columns[2], sheet_row(view->sheet, row));
	better = better_way(view->sheet, row);
	if (!better || !(low > 1 || high < 1))
		return PAINT_PLAIN;
	return (low > 1) == (better > 0) ? PAINT_BEST : PAINT_BAD;
}

static void view_columns(
	struct sheet_view *view, const struct sheet *sheet, size_t from)
{
	struct text_table *table = &view->table;

	*view = (struct sheet_view){.sheet = sheet,
		.table = {.rows = sheet->count,
			.cell = write_cell_of,
			.paint = paint_cell_of,
			.ctx = view}};
	sheet_scale(&view->scaled, sheet);
	for (size_t c = from; c < sheet->schema->count; c++) {
		const struct column *column = &sheet->schema->columns[c];
		struct text_column *shown = &table->columns[table->count];
		char name[ROWS_TEXT_MAX], unit[ROWS_TEXT_MAX];

		if (sheet->hidden[c])
			continue;
		sheet_format_head(name, unit, &view->scaled, c);
		(void)snprintf(shown->head[0], TEXT_HEAD_MAX, "%.63s", name);
		(void)snprintf(shown->head[1], TEXT_HEAD_MAX, "%.63s", unit);
		shown->gap = table->count ? 2 : 0;
		shown->is_left = sheet_is_text(column);
		shown->leaves = c < sheet->keys ? 0 : leaves(column->name);
		view->shown[table->count++] = c;
	}
}

/* "epoll, concurrency 2, fault 503:50%": the keys of a row. */
static void write_keys(FILE *out, const struct sheet *sheet, size_t row)
{
	const char *comma = "";

	for (size_t c = 0; c < sheet->keys; c++) {
		const struct column *column = &sheet->schema->columns[c];
		char text[ROWS_TEXT_MAX];

		if (sheet->hidden[c])
			continue;
		if (c)
			sheet_say(text, column, sheet_row(sheet, row));
		else
			csv_member(text, column, sheet_row(sheet, row));
		if (!text[0])
			continue;
		fprintf(out, "%s%s", comma, text);
		comma = ", ";
	}
	fputc('\n', out);
}

/* Where the keys have no room beside figures, they stand above them. */
static void write_text(FILE *out, const struct sheet *sheet)
{
	size_t width = screen_width(out);
	struct sheet_view view;
	bool apart;

	view_columns(&view, sheet, 0);
	apart = !text_table_fit(&view.table, width) && sheet->keys;
	if (apart) {
		view_columns(&view, sheet, sheet->keys);
		view.table.indent = 2;
		(void)text_table_fit(&view.table, width);
	}
	text_table_write_head(&view.table, out);
	for (size_t row = 0; row < sheet->count; row++) {
		if (apart)
			write_keys(out, sheet, row);
		text_table_write_row(&view.table, out, row);
	}
	text_table_write_rest(&view.table, out, "--format csv has all columns");
}

void sheet_markdown_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("<>&@", *text)) {
			fprintf(out, "&#%d;", *text);
			continue;
		}
		if (strchr("|\\`*[]", *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void write_markdown(FILE *out, const struct sheet *sheet)
{
	const struct row_schema *schema = sheet->schema;
	char text[ROWS_TEXT_MAX], unit[ROWS_TEXT_MAX];
	struct scaled_sheet scaled;

	sheet_scale(&scaled, sheet);
	for (size_t line = 0; line < sheet->count + 2; line++) {
		for (size_t c = 0; c < schema->count; c++) {
			const struct column *column = &schema->columns[c];

			if (sheet->hidden[c])
				continue;
			fputs("| ", out);
			if (line == 0) {
				sheet_format_head(text, unit, &scaled, c);
				sheet_markdown_text(out, text);
				if (unit[0])
					fprintf(out, ", %s", unit);
			} else if (line == 1) {
				fputs(sheet_is_text(column) ? "---" : "--:",
					out);
			} else {
				sheet_format_cell(text, &scaled, line - 2, c);
				sheet_markdown_text(out, text);
			}
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
}

void sheet_write_table(FILE *out, const struct sheet *sheet, bool markdown)
{
	if (markdown)
		write_markdown(out, sheet);
	else
		write_text(out, sheet);
}

int sheet_write(FILE *out, enum table_format format, const struct sheet *all,
	json_t *document)
{
	int rc = 0;

	if (format == TABLE_CSV)
		rc = sheet_write_csv(out, all);
	else if (format == TABLE_JSON)
		rc = sheet_dump(out, document);
	if (!rc && (fflush(out) || ferror(out)))
		rc = -EIO;
	return rc;
}
