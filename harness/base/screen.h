/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What standard output and standard error can show: how wide a line may be, and
 * whether colours are welcome. Lines of text, but never what programs read, are
 * broken at blanks where the screen ends.
 *
 * The width is the terminal's. Where standard output is no terminal, the width
 * is the environment's COLUMNS, and without COLUMNS there is no limit: a pipe
 * or a file gets all columns of a table and whole lines. One thread.
 */
#ifndef HARNESS_BASE_SCREEN_H
#define HARNESS_BASE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The least width that tables are made for. */
enum { SCREEN_WIDTH_MIN = 60 };

/* The words of --color, by enum screen_colours; ends with NULL. */
enum screen_colours { COLOURS_AUTO, COLOURS_ALWAYS, COLOURS_NEVER };
extern const char *const screen_colour_names[];

/*
 * Chooses when colours are shown. By itself (auto) a terminal has them unless
 * NO_COLOR is set or TERM is dumb. The choice is kept in the environment, as
 * NO_COLOR or CLICOLOR_FORCE, so that programs that are started know it too.
 */
void screen_choose_colours(enum screen_colours choice);

/* Characters that a line to out may have; 0: no limit. */
size_t screen_width(FILE *out);

/* Whether colours are shown where out leads. */
bool screen_has_colour(FILE *out);

/* What is shown in colour. */
enum screen_paint {
	PAINT_PLAIN,
	PAINT_BEST, /* the leader, a pass: bold green */
	PAINT_BAD,  /* a regression, a fault: bold red */
	PAINT_OPEN, /* a warning, no answer: yellow */
	PAINT_FAINT,
	PAINT_COUNT,
};

/*
 * The sequence that begins a paint on out, and the one that ends it; "" where
 * there is no colour.
 */
const char *screen_begin(FILE *out, enum screen_paint paint);
const char *screen_end(FILE *out, enum screen_paint paint);

/*
 * From now on, lines on *stream, which is stdout or stderr, are broken at blanks
 * where the screen ends, if it has an end; the next line begins two columns
 * further right. Only a word that is longer than the screen is broken itself.
 * A line that begins with '\r' shows progress: other text that follows replaces
 * that line. Without memory no line is broken.
 */
void screen_fold(FILE **stream);

/*
 * Writes text as a paragraph, broken at blanks: at the width of out, or at 88
 * columns if that has no limit.
 */
__attribute__((format(printf, 2, 3))) void screen_paragraph(
	FILE *out, const char *format, ...);

/*
 * Columns that the text takes on a terminal: UTF-8, of which some characters
 * take two columns and some none, and sequences of colour, which take none.
 */
size_t screen_columns(const char *text);

/* The bytes of the longest beginning of text that takes at most `columns`. */
size_t screen_cut(const char *text, size_t columns);

#endif
