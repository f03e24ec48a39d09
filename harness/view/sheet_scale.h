/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of a sheet as people read them, shared by its forms for people. */
#ifndef HARNESS_VIEW_SHEET_SCALE_H
#define HARNESS_VIEW_SHEET_SCALE_H

#include <string.h>

#include "harness/view/format.h"
#include "harness/view/sheet.h"

static inline const void *sheet_row(const struct sheet *sheet, size_t i)
{
	return (const char *)sheet->rows + i * sheet->schema->row_size;
}

static inline const char *sheet_unit(
	const struct sheet *sheet, const struct column *column)
{
	return sheet->unit ? sheet->unit(sheet, column) : column->unit;
}

static inline bool sheet_is_text(const struct column *column)
{
	return column->type == COLUMN_TEXT || column->type == COLUMN_WORD ||
		column->type == COLUMN_HASH;
}

/* A sheet, and the units in which each of its columns is shown. */
struct scaled_sheet {
	const struct sheet *sheet;
	struct format_scale scales[SHEET_COLUMNS_MAX];
};

/*
 * The figures of a unit are compared with each other, so they have one scale,
 * that of the first of them. A key has its own.
 */
void sheet_scale(struct scaled_sheet *scaled, const struct sheet *sheet);

/* A value of row i in column c, rounded for people. */
void sheet_format_cell(char text[ROWS_TEXT_MAX],
	const struct scaled_sheet *scaled, size_t i, size_t c);

/* A column's name for people, and the unit in which it is shown. */
void sheet_format_head(char name[ROWS_TEXT_MAX], char unit[ROWS_TEXT_MAX],
	const struct scaled_sheet *scaled, size_t c);

#endif
