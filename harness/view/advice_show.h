/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An advice, for people (sentences and a table, also as Markdown) and programs. */
#ifndef HARNESS_VIEW_ADVICE_SHOW_H
#define HARNESS_VIEW_ADVICE_SHOW_H

#include <stdio.h>

#include "harness/race/advice.h"
#include "harness/view/format.h"
#include "harness/view/paragraph.h"
#include "harness/view/sheet.h"

/*
 * Writes the advice to out, which is flushed. Returns 0, -ENOMEM, or -EIO when
 * out did not take it.
 */
int advice_write(
	FILE *out, const struct advice *advice, enum table_format format);

/* advice_words.c: why a row with this bound_by takes its time; never NULL. */
const char *advice_why(const char *bound_by);

/* What would make such a row faster; NULL: nothing that is known. */
const char *advice_what_helps(const char *bound_by);

/* The writing of one advice for people. */
struct advice_text {
	struct paragraph paragraph;
	const struct advice *advice; /* that has an answer */
};

/* advice_text.c: the advice for people. */
void advice_write_text(FILE *out, const struct advice *advice, bool markdown);

/* advice_table.c: the rows that cannot be told apart from the fastest. */
void advice_write_table(struct advice_text *text);

/* How many rows were not shown to be slower. */
size_t advice_count_in(const struct advice *advice);

/* advice_changes.c: the paragraph on what would change the answer. */
void advice_write_changes(struct advice_text *text);

/* "9.1 %", of a share of 0.091. */
void advice_share(char words[FORMAT_MAX], double share);

#endif
