/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of any schema, shown: whole as CSV and JSON for programs, rounded as a
 * table or a Markdown table for people. A sheet belongs to one thread at a
 * time; nothing of it is owned.
 */
#ifndef HARNESS_VIEW_SHEET_H
#define HARNESS_VIEW_SHEET_H

#include <jansson.h>
#include <stdio.h>

#include "harness/record/rows.h"

enum table_format {
	TABLE_TEXT, /* fits the screen that it is written to */
	TABLE_CSV,  /* all columns, times in ns */
	TABLE_JSON, /* one object; unknown figures are null */
	TABLE_MARKDOWN,
};

/* The words of --format, by enum table_format; ends with NULL. */
extern const char *const table_format_names[];

enum { SHEET_COLUMNS_MAX = 64 };

struct sheet {
	const struct row_schema *schema; /* at most SHEET_COLUMNS_MAX columns */
	const void *rows;                /* count of them, one after another */
	size_t count;
	/* The unit shown to people; NULL: the column's own. */
	const char *(*unit)(const struct sheet *, const struct column *);
	size_t keys; /* so many columns, the first ones, are never left out */
	/* Columns that are not shown to people. */
	bool hidden[SHEET_COLUMNS_MAX];
};

/*
 * Writes a header and all rows to out. Returns 0 or -ENOMEM; the caller checks
 * ferror(out).
 */
int sheet_write_csv(FILE *out, const struct sheet *sheet);

/* "timeout 10 s": a setting of a row with its name; "": it has none. */
void sheet_say(
	char text[ROWS_TEXT_MAX], const struct column *column, const void *row);

/* Writes the rows rounded, as a table of text or as Markdown. */
void sheet_write_table(FILE *out, const struct sheet *sheet, bool markdown);

/*
 * For the formats of programs: writes all rows as CSV, or the document, which it
 * frees (NULL in TABLE_JSON: out of memory). Flushes out in each format. Returns
 * 0, -ENOMEM, or -EIO if writing to out failed.
 */
int sheet_write(FILE *out, enum table_format format, const struct sheet *all,
	json_t *document);

/*
 * Writes a document, which it frees, and a line's end. Returns 0, -ENOMEM when
 * there is none or memory is short, or -EIO.
 */
int sheet_dump(FILE *out, json_t *document);

/* The rows as an array of objects, the caller's; NULL: out of memory. */
json_t *sheet_json(const struct sheet *sheet);

/*
 * Text as a Markdown table can hold it: nothing of it is markup, a link or a
 * mention of somebody.
 */
void sheet_markdown_text(FILE *out, const char *text);

#endif
