/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream that breaks lines. It takes the place of stdout or stderr, which glibc
 * allows, so that no code that prints has to know the width. A word is held back
 * until its end is known, or until the stream is flushed.
 */
#include "harness/base/screen.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORD_MAX = 1024, HANGING = 2, BRACKETS_MAX = 32 };

struct fold {
	FILE **stream; /* stdout or stderr */
	FILE *screen;  /* what it was before */
	size_t width;
	size_t column; /* where the line's next character comes */
	size_t blanks; /* held back before the word */
	size_t indent; /* of the line's first word */
	bool is_raw;   /* a line that rewrites itself */
	bool is_begun; /* whether the line has a word */
	size_t length; /* of the word */
	char word[WORD_MAX];
};

static void put(struct fold *fold, const char *bytes, size_t length)
{
	(void)fwrite(bytes, 1, length, fold->screen);
}

static void put_blanks(struct fold *fold, size_t count)
{
	fprintf(fold->screen, "%*s", (int)count, "");
	fold->column += count;
}

/* Writes a word, on several lines if it is longer than the screen. */
static void put_pieces(struct fold *fold, const char *word, size_t takes)
{
	size_t room = fold->width - fold->column;

	while (takes > room && room > 0) {
		size_t length = screen_cut(word, room);

		put(fold, word, length);
		(void)fputc('\n', fold->screen);
		word += length;
		takes = screen_columns(word);
		fold->column = 0;
		room = fold->width;
	}
	put(fold, word, strlen(word));
	fold->column += takes;
}

/* Writes the word that was held back, on the next line if it has no room. */
static void put_word(struct fold *fold)
{
	size_t takes;

	if (!fold->length)
		return;
	fold->word[fold->length] = '\0';
	takes = screen_columns(fold->word);
	if (!fold->is_begun)
		fold->indent =
			fold->blanks < fold->width / 2 ? fold->blanks : 0;
	if (fold->is_begun && fold->blanks &&
		fold->column + fold->blanks + takes > fold->width) {
		(void)fputc('\n', fold->screen);
		fold->column = 0;
		fold->blanks = fold->indent + HANGING;
	}
	/* A long word rather begins further left than it goes on below. */
	if (!fold->column && fold->blanks + takes > fold->width)
		fold->blanks = takes < fold->width ? fold->width - takes : 0;
	put_blanks(fold, fold->blanks);
	put_pieces(fold, fold->word, takes);
	fold->blanks = 0;
	fold->length = 0;
	fold->is_begun = true;
}

static void end_line(struct fold *fold, char end)
{
	put_word(fold);
	/* Blanks at a line's end show nothing. */
	put(fold, &end, 1);
	fold->column = fold->blanks = fold->indent = 0;
	fold->is_begun = false;
	fold->is_raw = end == '\r';
}

/* Whether the word goes on behind a blank: "[1, 2]" is one word. */
static bool is_open(const struct fold *fold)
{
	size_t since = 0;

	for (size_t i = 0; i < fold->length; i++) {
		if (fold->word[i] == '[' && i && fold->word[i - 1] == '\033')
			continue;
		if (fold->word[i] == '[')
			since = 1;
		else if (fold->word[i] == ']' || since > BRACKETS_MAX)
			since = 0;
		else if (since)
			since++;
	}
	return since > 0;
}

/* Whether the word ends in a digit and a blank: "5 %" is one word. */
static bool is_in_doubt(const struct fold *fold)
{
	return fold->length > 1 && fold->word[fold->length - 1] == ' ' &&
		!is_open(fold);
}

static bool ends_in_digit(const struct fold *fold)
{
	return fold->length && fold->word[fold->length - 1] >= '0' &&
		fold->word[fold->length - 1] <= '9';
}

static void take(struct fold *fold, char c)
{
	if (is_in_doubt(fold) && c != '%') {
		fold->length--;
		put_word(fold);
		fold->blanks++;
	}
	if (c == '\n' || c == '\r') {
		end_line(fold, c);
	} else if (fold->is_raw) {
		put(fold, &c, 1);
	} else if (c == ' ' && !is_open(fold) && !ends_in_digit(fold)) {
		put_word(fold);
		fold->blanks++;
	} else {
		if (fold->length == WORD_MAX - 1)
			put_word(fold);
		fold->word[fold->length++] = c;
	}
}

/*
 * A line that rewrites itself stands alone: what comes behind it, and does not
 * begin by going back to the line's beginning, takes its place.
 */
static void leave_raw(struct fold *fold, char first)
{
	if (!fold->is_raw || first == '\r')
		return;
	fprintf(fold->screen, "\r\033[K");
	fold->is_raw = false;
}

static ssize_t fold_write(void *cookie, const char *bytes, size_t length)
{
	struct fold *fold = cookie;

	if (length)
		leave_raw(fold, bytes[0]);
	fold->width = screen_width(*fold->stream);
	for (size_t i = 0; i < length; i++)
		take(fold, bytes[i]);
	put_word(fold);
	if (fflush(fold->screen) || ferror(fold->screen))
		return 0;
	return (ssize_t)length;
}

void screen_fold(FILE **stream)
{
	const cookie_io_functions_t functions = {.write = fold_write};
	bool is_error = *stream == stderr;
	struct fold *fold;
	FILE *folding;

	if (!screen_width(*stream))
		return;
	/* It lives as long as the process, so it is no memory to be freed. */
	fold = mmap(NULL, sizeof(*fold), PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fold == MAP_FAILED)
		return;
	folding = fopencookie(fold, "w", functions);
	if (!folding) {
		(void)munmap(fold, sizeof(*fold));
		return;
	}
	(void)fflush(*stream);
	fold->screen = *stream;
	fold->stream = stream;
	/* As the stream before it; a flush ends a word. */
	(void)setvbuf(folding, NULL, is_error ? _IONBF : _IOLBF, 0);
	*stream = folding;
}
