/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/text_table.h"

#include <string.h>

enum { WRAPPED_MIN = 30 };

static int greater(int a, int b)
{
	return a > b ? a : b;
}

static int width_of(const char *text)
{
	return (int)screen_columns(text);
}

/* Makes all columns as wide as what is in them, and as they are to be at least. */
static void measure(struct text_table *table, bool heed_least)
{
	for (size_t c = 0; c < table->count; c++) {
		struct text_column *column = &table->columns[c];
		char text[TEXT_CELL_MAX];

		column->width = greater(heed_least ? column->least : 0,
			greater(width_of(column->head[0]),
				width_of(column->head[1])));
		for (size_t row = 0; row < table->rows; row++) {
			table->cell(text, table->ctx, row, c);
			column->width = greater(column->width, width_of(text));
		}
	}
}

static size_t whole_width(const struct text_table *table)
{
	int width = table->indent;

	for (size_t c = 0; c < table->count; c++)
		if (!table->columns[c].is_out)
			width +=
				table->columns[c].gap + table->columns[c].width;
	return (size_t)width;
}

/* Narrows the column whose texts may take several lines, to what has room. */
static void narrow(struct text_table *table, size_t width)
{
	struct text_column *last = &table->columns[table->count - 1];
	int over = (int)whole_width(table) - (int)width;

	if (last->wraps && over > 0)
		last->width = greater(last->width - over,
			last->width < WRAPPED_MIN ? last->width : WRAPPED_MIN);
}

/* The number of those that are left out next; 0: all that are left must stay. */
static unsigned next_to_leave(const struct text_table *table)
{
	unsigned next = 0;

	for (size_t c = 0; c < table->count; c++) {
		const struct text_column *column = &table->columns[c];

		if (column->leaves && !column->is_out &&
			(!next || column->leaves < next))
			next = column->leaves;
	}
	return next;
}

bool text_table_fit(struct text_table *table, size_t width)
{
	unsigned next;

	measure(table, true);
	if (!width)
		return true;
	if (width < SCREEN_WIDTH_MIN)
		width = SCREEN_WIDTH_MIN;
	if (whole_width(table) > width)
		measure(table, false);
	for (narrow(table, width);
		whole_width(table) > width && (next = next_to_leave(table));)
		for (size_t c = 0; c < table->count; c++)
			if (table->columns[c].leaves == next)
				table->columns[c].is_out = true;
	return whole_width(table) <= width;
}

/* Writes a cell behind *blanks; those behind the cell are for the next one. */
static void write_cell(FILE *out, const struct text_column *column,
	const char *text, enum screen_paint paint, int *blanks)
{
	int padding = greater(0, column->width - width_of(text));

	*blanks += column->gap + (column->is_left ? 0 : padding);
	if (text[0]) {
		fprintf(out, "%*s%s%s%s", *blanks, "", screen_begin(out, paint),
			text, screen_end(out, paint));
		*blanks = 0;
	}
	*blanks += column->is_left ? padding : 0;
}

static bool is_two_lines(const struct text_table *table)
{
	for (size_t c = 0; c < table->count; c++)
		if (table->columns[c].head[1][0] && !table->columns[c].is_out)
			return true;
	return false;
}

void text_table_write_head(const struct text_table *table, FILE *out)
{
	const int lines = is_two_lines(table) ? 2 : 1;

	for (int line = 0; line < lines; line++) {
		int blanks = table->indent;

		for (size_t c = 0; c < table->count; c++)
			if (!table->columns[c].is_out)
				write_cell(out, &table->columns[c],
					table->columns[c].head[line],
					PAINT_PLAIN, &blanks);
		(void)fputc('\n', out);
	}
}

/* The bytes of text that stand on a line of the column's width. */
static size_t line_length(const char *text, const struct text_column *column)
{
	size_t most = screen_cut(text, (size_t)column->width), length = most;

	if (!column->wraps || !text[most])
		return strlen(text);
	while (length > 0 && text[length] != ' ')
		length--;
	return length > 0 ? length : most;
}

/* The lines of a text behind its first one, each below the text's beginning. */
static void write_more(const struct text_table *table, FILE *out,
	const struct text_column *column, const char *text)
{
	int start = (int)whole_width(table) - column->width;

	while (*(text += strspn(text, " "))) {
		size_t length = line_length(text, column);

		fprintf(out, "%*s%.*s\n", start, "", (int)length, text);
		text += length;
	}
}

void text_table_write_row(const struct text_table *table, FILE *out, size_t row)
{
	int blanks = table->indent;
	const struct text_column *last = &table->columns[table->count - 1];
	char text[TEXT_CELL_MAX], more[TEXT_CELL_MAX] = "";

	for (size_t c = 0; c < table->count; c++) {
		const struct text_column *column = &table->columns[c];
		size_t length;

		if (column->is_out)
			continue;
		table->cell(text, table->ctx, row, c);
		length = line_length(text, column);
		(void)snprintf(more, sizeof(more), "%s", text + length);
		text[length] = '\0';
		write_cell(out, column, text,
			table->paint ? table->paint(table->ctx, row, c)
				     : PAINT_PLAIN,
			&blanks);
	}
	(void)fputc('\n', out);
	write_more(table, out, last, more);
}

void text_table_write_rest(
	const struct text_table *table, FILE *out, const char *where)
{
	char names[TEXT_CELL_MAX] = "";

	for (size_t c = 0; c < table->count; c++) {
		const struct text_column *column = &table->columns[c];
		size_t used = strlen(names);

		if (column->is_out)
			(void)snprintf(names + used, sizeof(names) - used,
				"%s%s", used ? ", " : "",
				column->name ? column->name : column->head[0]);
	}
	if (names[0])
		screen_paragraph(out,
			"Not shown, for want of room: %s. A wider terminal "
			"shows %s, and %s.",
			names, strchr(names, ',') ? "them" : "it", where);
}
