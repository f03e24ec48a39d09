/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splits a command line into words and replaces placeholders. Pure. */
#ifndef HARNESS_ROSTER_EXEC_WORDS_H
#define HARNESS_ROSTER_EXEC_WORDS_H

#include <stdbool.h>
#include <stddef.h>

enum { EXEC_NAME_MAX = 32 }; /* bytes of a name, with its NUL */

/* The name of a placeholder without braces, and its value. */
struct exec_value {
	const char *name;
	const char *text;
};

/*
 * Splits a line into words like a shell, with '..', ".." and \. *words is one
 * allocation for free(3) and ends with NULL. Returns 0, -ENOMEM, or -EINVAL if
 * a quote is not closed.
 */
int exec_words_split(char ***words, const char *line);

/*
 * Replaces placeholders by `count` values. Other braces stay unchanged. Returns
 * allocated memory, or NULL if there is none.
 */
char *exec_words_replace(
	const char *word, const struct exec_value *values, size_t count);

/*
 * Finds the first text in braces that is probably a misspelled placeholder: it
 * is not in `names` (which ends with NULL), but similar to one of them, or the
 * whole word. Copies it into found without its braces. Other braces, such as
 * those of awk or a shell, belong to the program. Returns whether there is one.
 */
bool exec_words_unknown(
	const char *word, const char *const *names, char found[EXEC_NAME_MAX]);

#endif
