/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/screen.h"

#include <locale.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

enum { PARAGRAPH_WIDTH = 88, WIDTH_MAX = 1000, BRACKETS_MAX = 32 };

const char *const screen_colour_names[] = {"auto", "always", "never", NULL};

void screen_choose_colours(enum screen_colours choice)
{
	switch (choice) {
	case COLOURS_AUTO:
		break;
	case COLOURS_ALWAYS:
		(void)unsetenv("NO_COLOR");
		(void)setenv("CLICOLOR_FORCE", "1", 1);
		break;
	case COLOURS_NEVER:
		(void)unsetenv("CLICOLOR_FORCE");
		(void)setenv("NO_COLOR", "1", 1);
		break;
	}
}

/* The descriptor behind out; -1: none. A stream that folds has none itself. */
static int descriptor(FILE *out)
{
	if (out == stdout)
		return STDOUT_FILENO;
	return out == stderr ? STDERR_FILENO : fileno(out);
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0];
}

static size_t width_of(int fd)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size = {.ws_col = 0};
	long width = 0;

	if (fd >= 0 && isatty(fd))
		width = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col
			? size.ws_col
			: 80;
	else if (fd == STDOUT_FILENO && columns)
		width = strtol(columns, NULL, 10);
	if (width <= 0)
		return 0;
	return width < WIDTH_MAX ? (size_t)width : WIDTH_MAX;
}

size_t screen_width(FILE *out)
{
	return width_of(descriptor(out));
}

bool screen_has_colour(FILE *out)
{
	const char *type = getenv("TERM");
	int fd = descriptor(out);

	if (fd < 0 || is_set("NO_COLOR"))
		return false;
	if (is_set("CLICOLOR_FORCE") && strcmp(getenv("CLICOLOR_FORCE"), "0"))
		return true;
	return isatty(fd) && !(type && strcmp(type, "dumb") == 0);
}

const char *screen_begin(FILE *out, enum screen_paint paint)
{
	static const char *const codes[PAINT_COUNT] = {
		[PAINT_PLAIN] = "",
		[PAINT_BEST] = "\033[1;32m",
		[PAINT_BAD] = "\033[1;31m",
		[PAINT_OPEN] = "\033[33m",
		[PAINT_FAINT] = "\033[2m",
	};

	return paint != PAINT_PLAIN && screen_has_colour(out) ? codes[paint]
							      : "";
}

const char *screen_end(FILE *out, enum screen_paint paint)
{
	return paint != PAINT_PLAIN && screen_has_colour(out) ? "\033[0m" : "";
}

/* The bytes of a sequence of colour at the text's beginning; 0: none. */
static size_t sequence_length(const char *text)
{
	size_t length = 2;

	if (text[0] != '\033' || text[1] != '[')
		return 0;
	length += strspn(text + length, "0123456789;");
	return length + (text[length] != '\0');
}

/* The bytes of the character at text, and the columns that it takes. */
static size_t character(const char *text, size_t *columns)
{
	mbstate_t state = {0};
	wchar_t wide;
	size_t length = mbrtowc(&wide, text, strlen(text), &state);
	int takes;

	/* Not UTF-8: a terminal shows some sign for each byte. */
	if (length == 0 || length > strlen(text)) {
		*columns = 1;
		return 1;
	}
	takes = wcwidth(wide);
	*columns = takes < 0 ? 1 : (size_t)takes;
	return length;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* The bytes of text that take at most `most` columns, and how many they take. */
static size_t measure(const char *text, size_t most, size_t *columns)
{
	/* The process is in locale "C"; ASCII is the same in both. */
	locale_t utf8 = is_ascii(text)
		? (locale_t)0
		: newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	size_t used = 0, length = 0;

	while (text[length]) {
		size_t takes = 0, bytes = sequence_length(text + length);

		if (!bytes)
			bytes = character(text + length, &takes);
		if (used + takes > most)
			break;
		used += takes;
		length += bytes;
	}
	if (utf8) {
		(void)uselocale(before);
		freelocale(utf8);
	}
	*columns = used;
	return length;
}

size_t screen_columns(const char *text)
{
	size_t columns;

	(void)measure(text, SIZE_MAX, &columns);
	return columns;
}

size_t screen_cut(const char *text, size_t columns)
{
	size_t used;

	return measure(text, columns, &used);
}

/* To the next blank, but "5 %" and "[1, 2]" are one word. */
static size_t word_length(const char *text)
{
	size_t length = strcspn(text, " ");
	const char *open = memchr(text, '[', length);

	if (open && !memchr(open, ']', length - (size_t)(open - text)) &&
		strcspn(open, "]") < BRACKETS_MAX)
		length = (size_t)(open - text) + strcspn(open, "]");
	length += strcspn(text + length, " ");
	if (text[length] && text[length + 1] == '%')
		length += 1 + strcspn(text + length + 1, " ");
	return length;
}

void screen_paragraph(FILE *out, const char *format, ...)
{
	size_t width = screen_width(out), column = 0;
	char text[2048];
	const char *at = text;
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!width)
		width = PARAGRAPH_WIDTH;
	while (*at) {
		size_t length = word_length(at);
		char word[sizeof(text)];
		size_t takes;

		(void)snprintf(word, sizeof(word), "%.*s", (int)length, at);
		takes = screen_columns(word);
		if (column && column + 1 + takes > width) {
			(void)fputc('\n', out);
			column = 0;
		}
		fprintf(out, "%s%s", column ? " " : "", word);
		column += takes + (column > 0);
		at += length;
		at += strspn(at, " ");
	}
	(void)fputc('\n', out);
}
