/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pictures of characters, for a terminal: names on the left, a strip of block
 * characters, and figures on the right. A line is never wider than the terminal.
 */
#ifndef HARNESS_PLOT_TERM_H
#define HARNESS_PLOT_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "harness/plot/plots_rows.h"

/* Colours of a strip; TERM_PLAIN is that of the terminal. */
enum term_colour {
	TERM_PLAIN,
	TERM_BLUE,
	TERM_RED,
	TERM_GREY,
	TERM_BOLD,
};

struct term {
	FILE *out;
	size_t width; /* of a line, in characters */
	bool colour;
};

/*
 * A terminal on standard output: of its own width, and with colours unless
 * NO_COLOR is set. If standard output is none, the width is COLUMNS or 80.
 * It is 60 at least.
 */
struct term term_open(void);

/*
 * Writes a text in a field of `width` characters, cut off with an ellipsis or
 * filled up with blanks. U+201A is written as a comma (plots_rows.h).
 */
void term_field(const struct term *term, const char *text, size_t width);

/* Writes a text in a colour; it is ASCII, or characters of one column. */
void term_text(
	const struct term *term, enum term_colour colour, const char *text);

/* Writes lines of at most the width, broken between words, and a line end. */
void term_lines(
	const struct term *term, enum term_colour colour, const char *text);

/* Writes a bar of `length` characters, to an eighth of one, without fill. */
void term_bar(const struct term *term, enum term_colour colour, double length);

/* The block character for a share from 0 to 1: ' ', and then an eighth and up. */
const char *term_level(double share);

/*
 * One of the files that pictures are drawn from, as cells. It is plain: its texts
 * hold no comma, quote or line end.
 */
struct grid {
	char *text; /* owned; cells point into it */
	size_t rows, columns;
	const char **cells; /* owned; the header is row 0 */
};

/* Returns 0 or -ENOMEM. grid_release in either case. */
int grid_init(struct grid *grid, const struct plots_file *file);
void grid_release(struct grid *grid);

/* The cell of a row, from 1, in the column of that name; "": there is none. */
const char *grid_text(const struct grid *grid, size_t row, const char *column);

/* The same as a number; NaN: it is none. */
double grid_number(const struct grid *grid, size_t row, const char *column);

#endif
