/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Paragraphs, headings and items of sentences: as text, whose lines break at 78
 * columns or where a narrower screen ends, or as Markdown. One thread.
 */
#ifndef HARNESS_VIEW_PARAGRAPH_H
#define HARNESS_VIEW_PARAGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct paragraph {
	FILE *out; /* the caller's */
	bool markdown;
	size_t column; /* where the next word may stand; 0: a new paragraph */
};

/* Adds words behind those that stand there. */
__attribute__((format(printf, 2, 3))) void paragraph_say(
	struct paragraph *paragraph, const char *format, ...);

/* Adds a comma or a stop to the last word. */
void paragraph_mark(struct paragraph *paragraph, char mark);

/* Ends the paragraph. */
void paragraph_end(struct paragraph *paragraph);

/* Begins a paragraph behind an empty line, with a heading: "Why:". */
void paragraph_head(struct paragraph *paragraph, const char *words);

/* Begins an item of a list. */
void paragraph_item(struct paragraph *paragraph);

#endif
