/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a command line, and what is replaced in them. Pure. */
#ifndef HARNESS_ROSTER_EXEC_WORDS_H
#define HARNESS_ROSTER_EXEC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { EXEC_NAME_MAX = 32 }; /* bytes of a placeholder's name, with its end */

/* A placeholder without its braces, and what is put in its place. */
struct exec_value {
	const char *name;
	const char *text;
};

/*
 * Splits a line into words, as a shell does with '..', ".." and \. *words is
 * one allocation, for free(), and ends with NULL; an empty line has none.
 * Returns 0, -ENOMEM, or -EINVAL when a quote is not closed.
 */
int exec_words_split(char ***words, const char *line);

/*
 * A word with its placeholders replaced by those of `values` (count of them),
 * for free(); NULL when there is no memory. Other braces stay as they are.
 */
char *exec_words_replace(
	const char *word, const struct exec_value *values, size_t count);

/*
 * The first placeholder of a word that is none of `names` (which ends with
 * NULL), though meant to be: it is like one of them, or the whole word. It is
 * copied into found, without its braces. Returns whether there is one. Other
 * braces, as of awk or a shell, are the program's.
 */
bool exec_words_unknown(
	const char *word, const char *const *names, char found[EXEC_NAME_MAX]);

#endif
