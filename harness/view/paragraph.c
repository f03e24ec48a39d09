/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/paragraph.h"

#include <stdarg.h>
#include <string.h>

#include "harness/base/screen.h"

enum { COLUMNS = 78, INDENT = 4, WORDS_MAX = 1024 };

/* Columns that a line has. */
static size_t width_of(const struct paragraph *paragraph)
{
	size_t width = screen_width(paragraph->out);

	return width && width < COLUMNS ? width : COLUMNS;
}

/* To the next blank, but "5 %" is one word. */
static size_t word_length(const char *words)
{
	size_t length = strcspn(words, " ");

	if (words[length] && words[length + 1] == '%')
		length += 1 + strcspn(words + length + 1, " ");
	return length;
}

static void put_word(
	struct paragraph *paragraph, const char *word, size_t length)
{
	bool first = paragraph->column == 0;
	char text[WORDS_MAX];
	size_t takes;

	(void)snprintf(text, sizeof(text), "%.*s", (int)length, word);
	takes = screen_columns(text);
	if (!first && !paragraph->markdown &&
		paragraph->column + 1 + takes > width_of(paragraph)) {
		fprintf(paragraph->out, "\n%*s", INDENT, "");
		paragraph->column = INDENT;
	} else if (!first) {
		fputc(' ', paragraph->out);
		paragraph->column++;
	}
	fputs(text, paragraph->out);
	paragraph->column += takes;
}

void paragraph_say(struct paragraph *paragraph, const char *format, ...)
{
	char words[WORDS_MAX];
	const char *at = words;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	while (*at) {
		size_t length = word_length(at);

		if (length)
			put_word(paragraph, at, length);
		at += length + (at[length] == ' ');
	}
}

void paragraph_mark(struct paragraph *paragraph, char mark)
{
	fputc(mark, paragraph->out);
	paragraph->column++;
}

void paragraph_end(struct paragraph *paragraph)
{
	fputc('\n', paragraph->out);
	paragraph->column = 0;
}

void paragraph_head(struct paragraph *paragraph, const char *words)
{
	fprintf(paragraph->out, paragraph->markdown ? "\n**%s**" : "\n%s",
		words);
	paragraph->column = strlen(words);
}

void paragraph_item(struct paragraph *paragraph)
{
	fputs(paragraph->markdown ? "-" : "  -", paragraph->out);
	paragraph->column = 3;
}
