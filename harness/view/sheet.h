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

enum { SHEET_COLUMNS_MAX = 64 };

struct sheet {
	const struct row_schema *schema; /* at most SHEET_COLUMNS_MAX columns */
	const void *rows;                /* count of them, one after another */
	size_t count;
	/* What people are told that a column's unit is; NULL: its own. */
	const char *(*unit)(const struct sheet *, const struct column *);
	/* Which columns people are not shown. */
	bool hidden[SHEET_COLUMNS_MAX];
};

/*
 * Write a header and all rows to out, which stays the caller's. Return 0 or
 * -ENOMEM; whether out took it is the caller's to ask of it.
 */
int sheet_write_csv(FILE *out, const struct sheet *sheet);
int sheet_write_table(FILE *out, const struct sheet *sheet);
int sheet_write_markdown(FILE *out, const struct sheet *sheet);

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
