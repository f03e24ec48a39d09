/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may stand where the cursor is: the shells' completions ask for that. The
 * answers come from the tables that are parsed, so that they cannot differ.
 *
 * On standard output stands a candidate in each line, and behind a tab what it
 * means. A line that begins with a colon says that other words are possible,
 * too: ":files", ":folders" or ":commands".
 */
#ifndef HARNESS_OPTIONS_COMPLETION_H
#define HARNESS_OPTIONS_COMPLETION_H

#include <stdio.h>

#include "harness/options/options.h"

/* Prints the candidate if it begins with `word`. */
void completion_offer(
	const char *word, const char *candidate, const char *meaning);

/*
 * Prints the candidates for the last of the words behind the command's name. A
 * shell may have cut "--format=csv" into three words.
 */
void completion_of_command(
	const struct command_spec *command, char *const *words, int count);

#endif
