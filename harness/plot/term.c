/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plot/term.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/base/values.h"
#include "harness/plot/plots_rows.h"

enum { WIDTH_USUAL = 80, WIDTH_MAX = 200 };

struct term term_open(void)
{
	struct term term = {.out = stdout,
		.width = screen_width(stdout),
		.colour = screen_has_colour(stdout)};

	if (!term.width)
		term.width = WIDTH_USUAL;
	if (term.width < SCREEN_WIDTH_MIN)
		term.width = SCREEN_WIDTH_MIN;
	if (term.width > WIDTH_MAX)
		term.width = WIDTH_MAX;
	return term;
}

/* The bytes of the character at s, which is UTF-8. */
static size_t character(const char *s)
{
	size_t length = 1;

	while (((unsigned char)s[length] & 0xC0) == 0x80)
		length++;
	return length;
}

static size_t characters(const char *s)
{
	size_t count = 0;

	for (; *s; s += character(s))
		count++;
	return count;
}

/* Writes at most `most` characters; returns how many. */
static size_t write_some(const struct term *term, const char *s, size_t most)
{
	size_t count = 0;
	char quoting;

	for (; *s && count < most; s += character(s), count++) {
		if (plots_quoting(&quoting, s))
			(void)fputc(quoting, term->out);
		else
			(void)fwrite(s, 1, character(s), term->out);
	}
	return count;
}

void term_field(const struct term *term, const char *text, size_t width)
{
	bool whole = characters(text) <= width;
	size_t used =
		write_some(term, text, whole || !width ? width : width - 1);

	if (!whole && width) {
		(void)fputs("\342\200\246", term->out);
		used++;
	}
	for (; used < width; used++)
		(void)fputc(' ', term->out);
}

static void begin_colour(const struct term *term, enum term_colour colour)
{
	static const char *const codes[] = {[TERM_BLUE] = "\033[34m",
		[TERM_RED] = "\033[31m",
		[TERM_GREY] = "\033[2m",
		[TERM_BOLD] = "\033[1m"};

	if (term->colour && colour != TERM_PLAIN)
		(void)fputs(codes[colour], term->out);
}

static void end_colour(const struct term *term, enum term_colour colour)
{
	if (term->colour && colour != TERM_PLAIN)
		(void)fputs("\033[0m", term->out);
}

void term_text(
	const struct term *term, enum term_colour colour, const char *text)
{
	begin_colour(term, colour);
	(void)write_some(term, text, SIZE_MAX);
	end_colour(term, colour);
}

void term_lines(
	const struct term *term, enum term_colour colour, const char *text)
{
	size_t used = 0;

	begin_colour(term, colour);
	while (*text) {
		size_t bytes = strcspn(text, " "), count = 0;

		for (size_t i = 0; i < bytes; i += character(text + i))
			count++;
		if (used && used + 1 + count > term->width) {
			(void)fputc('\n', term->out);
			used = 0;
		} else if (used) {
			(void)fputc(' ', term->out);
			used++;
		}
		used += write_some(
			term, text, count < term->width ? count : term->width);
		text += bytes;
		text += strspn(text, " ");
	}
	end_colour(term, colour);
	(void)fputc('\n', term->out);
}

void term_bar(const struct term *term, enum term_colour colour, double length)
{
	static const char *const eighths[] = {"", "\342\226\217",
		"\342\226\216", "\342\226\215", "\342\226\214", "\342\226\213",
		"\342\226\212", "\342\226\211"};
	size_t eighth = length > 0 ? (size_t)lround(8 * length) : 0;

	begin_colour(term, colour);
	for (size_t i = 0; i < eighth / 8; i++)
		(void)fputs("\342\226\210", term->out);
	(void)fputs(eighths[eighth % 8], term->out);
	end_colour(term, colour);
}

const char *term_level(double share)
{
	static const char *const levels[] = {" ", "\342\226\201",
		"\342\226\202", "\342\226\203", "\342\226\204", "\342\226\205",
		"\342\226\206", "\342\226\207", "\342\226\210"};

	if (!(share > 0))
		return levels[0];
	return levels[share >= 1 ? 8 : 1 + (size_t)(share * 7.999)];
}

int grid_init(struct grid *grid, const struct plots_file *file)
{
	size_t commas = 0, used = 0;
	char *at;

	*grid = (struct grid){
		.text = strndup(file->text.bytes, file->text.length)};
	if (!grid->text)
		return -ENOMEM;
	for (at = grid->text; *at; at++) {
		commas += *at == ',' || *at == '\n';
		grid->rows += *at == '\n';
		if (!grid->columns && *at == '\n')
			grid->columns = commas;
	}
	grid->cells = calloc(commas + 1, sizeof(*grid->cells));
	if (!grid->cells)
		return -ENOMEM;
	at = grid->text;
	while (used < grid->rows * grid->columns) {
		size_t length = strcspn(at, ",\n");

		grid->cells[used++] = at;
		if (!at[length])
			break;
		at[length] = '\0';
		at += length + 1;
	}
	return 0;
}

void grid_release(struct grid *grid)
{
	free(grid->text);
	free(grid->cells);
}

const char *grid_text(const struct grid *grid, size_t row, const char *column)
{
	for (size_t i = 0; i < grid->columns; i++)
		if (!strcmp(grid->cells[i], column))
			return grid->cells[row * grid->columns + i];
	return "";
}

double grid_number(const struct grid *grid, size_t row, const char *column)
{
	const char *text = grid_text(grid, row, column);
	char *end;
	double number = strtod(text, &end);

	return end == text || *end ? (double)NAN : number;
}
