/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of text that fits a screen. Columns are as wide as what is in them.
 * Where there is no room for all, columns are left out in the order that the
 * table states. A table owns nothing, and belongs to one thread at a time.
 */
#ifndef HARNESS_VIEW_TEXT_TABLE_H
#define HARNESS_VIEW_TEXT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/base/screen.h"

enum { TEXT_COLUMNS_MAX = 64, TEXT_CELL_MAX = 1024, TEXT_HEAD_MAX = 64 };

struct text_column {
	char head[2][TEXT_HEAD_MAX]; /* its two lines; the table has one if
					all second ones are "" */
	const char *name;            /* in the note; NULL: head[0] */
	int least;                   /* where there is room for it */
	int gap;                     /* blanks before it */
	bool is_left;                /* texts stand left, numbers right */
	/*
	 * 0: always shown. Otherwise the columns with the least number are left
	 * out first, together.
	 */
	unsigned leaves;
	/* Its texts may take several lines; for the last column alone. */
	bool wraps;
	/* Set by text_table_fit. */
	int width;
	bool is_out;
};

struct text_table {
	struct text_column columns[TEXT_COLUMNS_MAX];
	size_t count, rows;
	int indent;
	/* Writes the text of a cell. */
	void (*cell)(char text[TEXT_CELL_MAX], const void *ctx, size_t row,
		size_t column);
	/* The paint of a cell; NULL: all are plain. */
	enum screen_paint (*paint)(const void *ctx, size_t row, size_t column);
	const void *ctx;
};

/*
 * Makes the columns as wide as needed, and leaves out what has no room; with 0,
 * there is no limit. Returns whether the rest fits.
 */
bool text_table_fit(struct text_table *table, size_t width);

void text_table_write_head(const struct text_table *table, FILE *out);
void text_table_write_row(
	const struct text_table *table, FILE *out, size_t row);

/*
 * Says which columns were left out, and where they are: `where` ends the
 * sentence, as in "--format csv has them". Writes nothing if all are shown.
 */
void text_table_write_rest(
	const struct text_table *table, FILE *out, const char *where);

#endif
