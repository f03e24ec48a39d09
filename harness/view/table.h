/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A summary for people (a ranked table and what it says in a sentence, or its
 * rows as Markdown) and for programs (the same cells as CSV or JSON).
 */
#ifndef HARNESS_VIEW_TABLE_H
#define HARNESS_VIEW_TABLE_H

#include <stdio.h>

#include "harness/runs/summary.h"

enum table_format {
	TABLE_TEXT, /* 100 columns; bold only on a terminal without NO_COLOR */
	TABLE_CSV,  /* the columns of summary_schema, times in ns */
	TABLE_JSON, /* one object; unknown figures are null */
	TABLE_MARKDOWN,
};

/* The words of --format, by enum table_format; ends with NULL. */
extern const char *const table_format_names[];

/*
 * Writes the summary to out, which stays the caller's and is flushed. Returns
 * 0, -ENOMEM, or -EIO when out did not take it.
 */
int table_write(
	FILE *out, const struct summary *summary, enum table_format format);

#endif
