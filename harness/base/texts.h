/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of texts from the command line or a suite, each with the place where it
 * stands, for error messages. A list of all zeros is empty; texts_release frees
 * it. One thread at a time may use a list.
 */
#ifndef HARNESS_BASE_TEXTS_H
#define HARNESS_BASE_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *text;
	char *where; /* "--latency", or a place in a file and a key */
};

struct texts {
	struct text *at; /* count of them; owned by the list */
	size_t count, capacity;
};

/*
 * Add to the list:
 * - texts_add: the first length bytes of text;
 * - texts_add_list: each part of `list` between commas;
 * - texts_add_specs: each spec of `list`, of a latency or a work. A comma ends
 *   a spec if the spec is a bare time or word, or if the text behind the comma
 *   starts with a word that a colon, a plus, a comma or nothing follows.
 * Return 0 or -ENOMEM.
 */
int texts_add(struct texts *texts, const char *text, size_t length,
	const char *where);
int texts_add_list(struct texts *texts, const char *list, const char *where);
int texts_add_specs(struct texts *texts, const char *list, const char *where);

void texts_release(struct texts *texts);

/* Whether the word is one of words, which end with NULL. */
bool word_is_one_of(const char *word, const char *const *words);

#endif
