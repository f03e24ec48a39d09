/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of CSV that is being printed: there may be a million of them. */
#ifndef MOCK_SERVER_CSV_LINE_H
#define MOCK_SERVER_CSV_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct csv_line {
	char text[512];
	size_t length;
};

static inline void csv_line_text(struct csv_line *line, const char *text)
{
	size_t length = strlen(text);

	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static inline void csv_line_comma(struct csv_line *line)
{
	line->text[line->length++] = ',';
}

static inline void csv_line_number(struct csv_line *line, uint64_t number)
{
	char digits[20];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while (number /= 10);
	while (n)
		line->text[line->length++] = digits[--n];
}

/* A number, if it is known, and a comma. */
static inline void csv_line_field(
	struct csv_line *line, uint64_t number, bool known)
{
	if (known)
		csv_line_number(line, number);
	csv_line_comma(line);
}

static inline void csv_line_hash(
	struct csv_line *line, uint64_t hash, bool known)
{
	for (int shift = 60; known && shift >= 0; shift -= 4)
		line->text[line->length++] =
			"0123456789abcdef"[hash >> shift & 15];
	csv_line_comma(line);
}

static inline void csv_line_word(struct csv_line *line, const char *word)
{
	csv_line_text(line, word);
	csv_line_comma(line);
}

/* Ends the line behind its last field, and writes it. */
static inline void csv_line_end(struct csv_line *line, FILE *out)
{
	csv_line_text(line, "\r\n");
	(void)fwrite(line->text, 1, line->length, out);
}

#endif
