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
#include "harness/view/format.h"
#include "harness/view/text_table.h"

const char *const table_format_names[] = {
	"table", "csv", "json", "markdown", NULL};

static const void *row_at(const struct sheet *sheet, size_t i)
{
	return (const char *)sheet->rows + i * sheet->schema->row_size;
}

int sheet_write_csv(FILE *out, const struct sheet *sheet)
{
	struct csv_text text = {0};
	int rc;

	rc = csv_text_add_header(&text, sheet->schema);
	for (size_t i = 0; i < sheet->count && !rc; i++)
		rc = csv_text_add_row(&text, sheet->schema, row_at(sheet, i));
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
		if (json_array_append_new(
			    array, row_json(sheet->schema, row_at(sheet, i)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static const char *unit_of(
	const struct sheet *sheet, const struct column *column)
{
	return sheet->unit ? sheet->unit(sheet, column) : column->unit;
}

static bool is_text(const struct column *column)
{
	return column->type == COLUMN_TEXT || column->type == COLUMN_WORD ||
		column->type == COLUMN_HASH;
}

/* A value of row i, rounded for people. */
static void format_cell(char text[ROWS_TEXT_MAX], const struct sheet *sheet,
	size_t i, const struct column *column)
{
	const void *row = row_at(sheet, i);
	bool in_ns = !strcmp(unit_of(sheet, column), "ns");
	bool in_percent = !strcmp(unit_of(sheet, column), "%");
	double figure = column_figure(column, row);

	if (column->type == COLUMN_REAL && in_percent && !isnan(figure)) {
		(void)snprintf(text, ROWS_TEXT_MAX, "%+.1f", 100 * figure);
		return;
	}
	if (column->type == COLUMN_REAL ||
		(column->type == COLUMN_COUNT && in_ns)) {
		format_number(text, in_ns ? figure / 1e6 : figure);
		return;
	}
	csv_member(text, column, row);
	if (!text[0])
		(void)snprintf(text, ROWS_TEXT_MAX, "-");
}

/* A column's name for people, and its unit, which is ms instead of ns. */
static void format_head(char name[ROWS_TEXT_MAX], char unit[ROWS_TEXT_MAX],
	const struct sheet *sheet, const struct column *column)
{
	const char *its = unit_of(sheet, column);
	size_t length = strlen(column->name);

	(void)snprintf(name, ROWS_TEXT_MAX, "%s", column->name);
	/* A ratio has no unit; a column of trials says so by its name. */
	(void)snprintf(unit, ROWS_TEXT_MAX, "%s",
		!strcmp(its, "ratio") || !strcmp(its, column->name) ? "" : its);
	if (strcmp(its, "ns") != 0)
		return;
	(void)snprintf(unit, ROWS_TEXT_MAX, "ms");
	if (length > 3 && !strcmp(column->name + length - 3, "_ns"))
		name[length - 3] = '\0';
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
	size_t shown[SHEET_COLUMNS_MAX];
	struct text_table table;
};

static void write_cell_of(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	_Static_assert(ROWS_TEXT_MAX <= (int)TEXT_CELL_MAX, "a text fits");
	const struct sheet_view *view = ctx;
	const struct row_schema *schema = view->sheet->schema;

	format_cell(
		text, view->sheet, row, &schema->columns[view->shown[column]]);
}

/* Whether the figure of the rows is the better the lower it is, or the higher. */
static int better_way(const struct sheet *sheet, size_t row)
{
	const struct column *columns = sheet->schema->columns;
	char unit[ROWS_TEXT_MAX] = "";

	for (size_t c = 0; c < sheet->schema->count; c++)
		if (!strcmp(columns[c].name, "unit"))
			csv_member(unit, &columns[c], row_at(sheet, row));
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
	low = column_figure(&columns[1], row_at(view->sheet, row));
	high = column_figure(&columns[2], row_at(view->sheet, row));
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
	for (size_t c = from; c < sheet->schema->count; c++) {
		const struct column *column = &sheet->schema->columns[c];
		struct text_column *shown = &table->columns[table->count];
		char name[ROWS_TEXT_MAX], unit[ROWS_TEXT_MAX];

		if (sheet->hidden[c])
			continue;
		format_head(name, unit, sheet, column);
		(void)snprintf(shown->head[0], TEXT_HEAD_MAX, "%.63s", name);
		(void)snprintf(shown->head[1], TEXT_HEAD_MAX, "%.63s", unit);
		shown->gap = table->count ? 2 : 0;
		shown->is_left = is_text(column);
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

		csv_member(text, column, row_at(sheet, row));
		if (sheet->hidden[c] || !text[0])
			continue;
		fprintf(out, "%s%s%s%s", comma, c ? column->name : "",
			c ? " " : "", text);
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

	for (size_t line = 0; line < sheet->count + 2; line++) {
		for (size_t c = 0; c < schema->count; c++) {
			const struct column *column = &schema->columns[c];

			if (sheet->hidden[c])
				continue;
			fputs("| ", out);
			if (line == 0) {
				format_head(text, unit, sheet, column);
				sheet_markdown_text(out, text);
				if (unit[0])
					fprintf(out, ", %s", unit);
			} else if (line == 1) {
				fputs(is_text(column) ? "---" : "--:", out);
			} else {
				format_cell(text, sheet, line - 2, column);
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
