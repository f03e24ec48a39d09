/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/sheet_scale.h"

#include <math.h>

#include "harness/record/csv.h"
#include "harness/runs/measures.h"

void sheet_say(
	char text[ROWS_TEXT_MAX], const struct column *column, const void *row)
{
	const char *unit = column->unit;
	char value[ROWS_TEXT_MAX];
	struct format_scale any = format_scale(unit, INFINITY);
	size_t length = strlen(column->name);

	csv_member(value, column, row);
	text[0] = '\0';
	if (!value[0])
		return;
	if (any.size > 1) {
		/* The name ends in the unit: "_ns", "_bytes". */
		if (length > strlen(unit) + 1 &&
			!strcmp(column->name + length - strlen(unit), unit))
			length -= strlen(unit) + 1;
		format_quantity(value, unit, column_figure(column, row));
	}
	(void)snprintf(text, ROWS_TEXT_MAX, "%.*s %.200s", (int)length,
		column->name, value);
}

static double greatest_of(const struct sheet *sheet, size_t c)
{
	double greatest = 0;

	for (size_t i = 0; i < sheet->count; i++)
		greatest = fmax(greatest,
			fabs(column_figure(&sheet->schema->columns[c],
				sheet_row(sheet, i))));
	return greatest;
}

void sheet_scale(struct scaled_sheet *scaled, const struct sheet *sheet)
{
	const struct column *columns = sheet->schema->columns;

	scaled->sheet = sheet;
	for (size_t c = 0; c < sheet->schema->count; c++) {
		const char *unit = sheet_unit(sheet, &columns[c]);
		size_t like = c;

		for (size_t k = c; c >= sheet->keys && k-- > sheet->keys;)
			if (!sheet->hidden[k] &&
				!strcmp(unit, sheet_unit(sheet, &columns[k])))
				like = k;
		scaled->scales[c] = like < c
			? scaled->scales[like]
			: format_scale(unit,
				  sheet_is_text(&columns[c])
					  ? 0
					  : greatest_of(sheet, c));
	}
}

void sheet_format_cell(char text[ROWS_TEXT_MAX],
	const struct scaled_sheet *scaled, size_t i, size_t c)
{
	const struct sheet *sheet = scaled->sheet;
	const struct column *column = &sheet->schema->columns[c];
	const void *row = sheet_row(sheet, i);
	double figure = column_figure(column, row);
	double size = scaled->scales[c].size;

	if (column->type == COLUMN_REAL && !isnan(figure) &&
		!strcmp(sheet_unit(sheet, column), "%")) {
		(void)snprintf(text, ROWS_TEXT_MAX, "%+.1f", 100 * figure);
		return;
	}
	if (column->type == COLUMN_REAL ||
		(column->type == COLUMN_COUNT && size > 1)) {
		format_number(text, figure / size);
		return;
	}
	csv_member(text, column, row);
	if (!text[0])
		(void)snprintf(text, ROWS_TEXT_MAX, "-");
}

/* Cuts the ending off, if the name has it. */
static void cut(char *name, const char *ending)
{
	size_t length = strlen(name), cut_length = strlen(ending);

	if (length > cut_length && !strcmp(name + length - cut_length, ending))
		name[length - cut_length] = '\0';
}

void sheet_format_head(char name[ROWS_TEXT_MAX], char unit[ROWS_TEXT_MAX],
	const struct scaled_sheet *scaled, size_t c)
{
	const struct column *column = &scaled->sheet->schema->columns[c];
	const char *its = sheet_unit(scaled->sheet, column);

	(void)snprintf(name, ROWS_TEXT_MAX, "%s", column->name);
	/* A ratio has no unit; a column of trials says so by its name. */
	(void)snprintf(unit, ROWS_TEXT_MAX, "%s",
		!strcmp(its, "ratio") || !strcmp(its, column->name)
			? ""
			: scaled->scales[c].unit);
	cut(name, "_ns");
	cut(name, "_bytes");
}
