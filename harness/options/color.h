/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --color, an option of all commands, which no table has. */
#ifndef HARNESS_OPTIONS_COLOR_H
#define HARNESS_OPTIONS_COLOR_H

#include "harness/options/options.h"

extern const struct option_spec option_color;

/*
 * Colours are chosen for the whole process by one of the option's words.
 * Returns 0, or -1 with *err naming the words.
 */
int color_choose(const char *word, struct fr_error *err);

#endif
