/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes templates of programs: the splitting into words and the replacing of
 * placeholders. Words that are quoted and split again are the same words.
 */
#include "harness/roster/exec_words.h"
#include "tests/fuzz/fuzz.h"

/* Appends the word in single quotes, as a shell reads it. */
static size_t quote(char *line, size_t at, const char *word)
{
	line[at++] = '\'';
	for (; *word; word++) {
		if (*word == '\'') {
			memcpy(line + at, "'\\''", 4);
			at += 4;
		} else {
			line[at++] = *word;
		}
	}
	line[at++] = '\'';
	line[at++] = ' ';
	line[at] = '\0';
	return at;
}

static void require_same_again(char **words, size_t size)
{
	/* A byte may need four, and each word two quotes and a blank. */
	char *line = malloc(8 * size + 8);
	char **again;
	size_t at = 0, i;

	require(line != NULL);
	line[0] = '\0';
	for (i = 0; words[i]; i++)
		at = quote(line, at, words[i]);
	require(exec_words_split(&again, line) == 0);
	for (i = 0; words[i]; i++)
		require(again[i] && strcmp(words[i], again[i]) == 0);
	require(!again[i]);
	free(again);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct exec_value values[] = {
		{"url", "http://127.0.0.1:1"}, {"concurrency", "3"}};
	static const char *const names[] = {"url", "concurrency", NULL};
	char *line = fuzz_text(data, size), found[EXEC_NAME_MAX];
	char **words;

	if (exec_words_split(&words, line) == 0) {
		for (size_t i = 0; words[i]; i++) {
			char *text = exec_words_replace(words[i], values, 2);

			require(text && !strstr(text, "{url}"));
			(void)exec_words_unknown(words[i], names, found);
			free(text);
		}
		require_same_again(words, size);
		free(words);
	}
	free(line);
	return 0;
}
