/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/roster/exec_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/base/text_stream.h"

/* The state of the splitter. */
enum place {
	BETWEEN, /* in the space before a word */
	BARE,    /* in a word, outside quotes */
	SINGLE,  /* within '..', where nothing is special */
	DOUBLE,  /* within "..", where \ escapes as in a shell */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Handles one character. Returns the next state. *keep: the character is part
 * of the word. *skip: it is a \ that escapes the next character.
 */
static enum place step(
	enum place place, char c, char next, bool *keep, bool *skip)
{
	*keep = *skip = false;
	switch (place) {
	case BETWEEN:
	case BARE:
		if (c == '\'')
			return SINGLE;
		if (c == '"')
			return DOUBLE;
		if (is_space(c))
			return BETWEEN;
		*skip = c == '\\' && next;
		*keep = !*skip;
		return BARE;
	case SINGLE:
		*keep = c != '\'';
		return *keep ? SINGLE : BARE;
	case DOUBLE:
		*skip = c == '\\' && next && strchr("\"\\$`", next);
		*keep = !*skip && c != '"';
		return c == '"' ? BARE : DOUBLE;
	}
	return place;
}

int exec_words_split(char ***words, const char *line)
{
	/* At most every other character starts a word. */
	size_t length = strlen(line), list = length / 2 + 2, count = 0;
	enum place place = BETWEEN;
	char *text;

	*words = malloc(list * sizeof(char *) + length + 1);
	if (!*words)
		return -ENOMEM;
	text = (char *)(*words + list);
	for (; *line; line++) {
		bool keep, skip;
		enum place next = step(place, *line, line[1], &keep, &skip);

		if (place == BETWEEN && next != BETWEEN)
			(*words)[count++] = text;
		if (place != BETWEEN && next == BETWEEN)
			*text++ = '\0';
		if (skip)
			line++;
		if (keep || skip)
			*text++ = *line;
		place = next;
	}
	*text = '\0';
	(*words)[count] = NULL;
	if (place != SINGLE && place != DOUBLE)
		return 0;
	free(*words);
	*words = NULL;
	return -EINVAL;
}

/* Returns the value of the placeholder at text; NULL: not one. */
static const struct exec_value *find(
	const char *text, const struct exec_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strlen(values[i].name);

		if (strncmp(text + 1, values[i].name, length) == 0 &&
			text[1 + length] == '}')
			return &values[i];
	}
	return NULL;
}

char *exec_words_replace(
	const char *word, const struct exec_value *values, size_t count)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		return NULL;
	while (*word) {
		const struct exec_value *value =
			*word == '{' ? find(word, values, count) : NULL;

		(void)fputs(value ? value->text : "", out);
		if (value)
			word += strlen(value->name) + 2;
		else
			(void)fputc(*word++, out);
	}
	(void)text_stream_close(out, &text);
	return text;
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

bool exec_words_unknown(
	const char *word, const char *const *names, char found[EXEC_NAME_MAX])
{
	for (const char *at = word; (at = strchr(at, '{')); at++) {
		size_t length = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
		bool whole =
			at == word && at[1 + length] == '}' && !at[2 + length];

		/* ${..} belongs to a shell, %{..} to curl. */
		if (!length || length >= EXEC_NAME_MAX ||
			at[1 + length] != '}' ||
			(at > word && strchr("$%", at[-1])))
			continue;
		(void)snprintf(
			found, EXEC_NAME_MAX, "%.*s", (int)length, at + 1);
		if (!is_one_of(found, names) &&
			(whole || nearest_word(found, names)))
			return true;
	}
	return false;
}
