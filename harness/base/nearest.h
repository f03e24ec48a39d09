/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean ...?" */
#ifndef HARNESS_BASE_NEAREST_H
#define HARNESS_BASE_NEAREST_H

/*
 * The candidate nearest to word by edit distance, or NULL when none is near
 * enough to be what was meant. candidates ends with NULL.
 */
const char *nearest_word(const char *word, const char *const *candidates);

#endif
