/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A summary for people (a ranked table and what it says in a sentence, or its
 * rows as Markdown) and for programs (the same cells as CSV or JSON).
 */
#ifndef HARNESS_VIEW_TABLE_H
#define HARNESS_VIEW_TABLE_H

#include <stdio.h>

#include "harness/runs/summary.h"
#include "harness/view/sheet.h"

/*
 * Writes the summary to out, which stays the caller's and is flushed. Returns
 * 0, -ENOMEM, or -EIO when out did not take it.
 */
int table_write(
	FILE *out, const struct summary *summary, enum table_format format);

#endif
