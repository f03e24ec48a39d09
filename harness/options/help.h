/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The help of a command, made from the table that is parsed. */
#ifndef HARNESS_OPTIONS_HELP_H
#define HARNESS_OPTIONS_HELP_H

#include "harness/options/options.h"

/* Prints what `flagrace COMMAND --help` shows. */
void help_of_command(const struct command_spec *command);

/* The heading of an option. */
const char *help_group(const struct option_spec *option);

/* Whether no option of the table before `option` is of its group. */
bool help_begins_group(
	const struct option_spec *options, const struct option_spec *option);

#endif
