/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The man page of a command, made from the table that is parsed. */
#ifndef HARNESS_OPTIONS_MANUAL_H
#define HARNESS_OPTIONS_MANUAL_H

#include "harness/options/options.h"

/*
 * Writes the page on standard output, from the synopsis to the examples; its
 * title, its name and what other commands share are the caller's to write.
 */
void manual_of_command(const struct command_spec *command);

#endif
