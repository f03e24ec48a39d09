/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds the word for "did you mean ...?". */
#ifndef HARNESS_BASE_NEAREST_H
#define HARNESS_BASE_NEAREST_H

/*
 * Returns the candidate nearest to word by edit distance, or NULL if none is
 * near. candidates ends with NULL.
 */
const char *nearest_word(const char *word, const char *const *candidates);

#endif
