/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that are one word of a few. */
#ifndef HARNESS_OPTIONS_CHOOSE_H
#define HARNESS_OPTIONS_CHOOSE_H

#include "harness/base/error.h"

/*
 * Which of names (NULL-ended) the word is that was written at `where`; -1 with
 * *err naming them all when it is none.
 */
int choose_word(const char *where, const char *word, const char *const *names,
	struct fr_error *err);

#endif
