/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/manual_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "build_info.h"

enum { WIDTH = 76 };

static void put(char c)
{
	if (c == '\\')
		fputs("\\e", stdout);
	else if (c == '-')
		fputs("\\-", stdout);
	else if (c == '\'')
		fputs("\\(aq", stdout);
	else if (c == '^')
		fputs("\\(ha", stdout);
	else if (c == '~')
		fputs("\\(ti", stdout);
	else
		putchar(c);
}

void manual_title(const char *name, int section)
{
	fputs(".TH ", stdout);
	for (; *name; name++)
		put((char)toupper((unsigned char)*name));
	printf(" %d " BUILD_DATE " \"flagrace " FLAGRACE_VERSION
	       "\" \"flagrace manual\"\n",
		section);
}

void manual_name(const char *name, const char *summary)
{
	manual_section("NAME");
	manual_inline('R', name);
	fputs(" \\- ", stdout);
	manual_inline('R', summary);
	puts("");
}

static void head(const char *macro, const char *text)
{
	printf("%s \"", macro);
	for (; *text; text++)
		put(*text);
	puts("\"");
}

void manual_section(const char *heading)
{
	head(".SH", heading);
}

void manual_subsection(const char *heading)
{
	head(".SS", heading);
}

void manual_paragraph(void)
{
	puts(".PP");
}

/* Writes a word, and turns the font at a backquote. */
static void put_word(const char *word, int length, bool *bold)
{
	/* At the beginning of a line it would be a request. */
	if (*word == '.')
		fputs("\\&", stdout);
	for (int i = 0; i < length; i++) {
		if (word[i] != '`') {
			put(word[i]);
			continue;
		}
		*bold = !*bold;
		fputs(*bold ? "\\fB" : "\\fR", stdout);
	}
}

/* Whether a word ends a sentence, and a new one begins at `next`. */
static bool ends_sentence(const char *word, int length, const char *next)
{
	return length > 1 && strchr(".!?", word[length - 1]) &&
		word[length - 2] != '.' &&
		(*next == '`' || isupper((unsigned char)*next));
}

void manual_text(const char *text)
{
	bool bold = false;
	int column = 0;

	for (text += strspn(text, " \n"); *text;) {
		int length = (int)strcspn(text, " \n");
		const char *next = text + length;

		next += strspn(next, " \n");
		if (column && column + 1 + length > WIDTH) {
			puts("");
			column = 0;
		}
		column += (column ? printf(" ") : 0) + length;
		put_word(text, length, &bold);
		if (*next && ends_sentence(text, length, next)) {
			puts("");
			column = 0;
		}
		text = next;
	}
	puts("");
}

void manual_example(const char *lines)
{
	puts(".EX");
	while (*lines) {
		size_t length = strcspn(lines, "\n");

		if (*lines == '.')
			fputs("\\&", stdout);
		for (size_t i = 0; i < length; i++)
			put(lines[i]);
		puts("");
		lines += length + (lines[length] == '\n');
	}
	puts(".EE");
}

void manual_entry(const char *term, const char *italic)
{
	puts(".TP");
	manual_inline('B', term);
	if (italic) {
		putchar(' ');
		manual_inline('I', italic);
	}
	puts("");
}

void manual_inline(char font, const char *text)
{
	if (font != 'R')
		printf("\\f%c", font);
	for (; *text; text++)
		put(*text);
	if (font != 'R')
		fputs("\\fR", stdout);
}
