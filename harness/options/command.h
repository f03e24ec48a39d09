/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the commands have in common: options, help, and one line on standard
 * error when something is wrong.
 */
#ifndef HARNESS_OPTIONS_COMMAND_H
#define HARNESS_OPTIONS_COMMAND_H

#include "harness/base/error.h"
#include "harness/options/options.h"

/* A command line whose options have been taken; NULL behind the last word. */
struct command_line {
	int argc;
	char **argv;     /* as it was given, operands moved to the end */
	char **operands; /* the words that are no options */
	int operand_count;
};

/*
 * Runs a command whose options are in settings. Returns the exit status, or -1
 * with *err filled in.
 */
typedef int command_fn(
	void *settings, const struct command_line *line, struct fr_error *err);

/* Parses the options into settings and calls body. Returns the exit status. */
int command_run(const struct command_spec *command, void *settings, int argc,
	char **argv, command_fn *body);

/* Prints `flagrace COMMAND: text` on standard error; returns err->status. */
int command_fail(const char *command, const struct fr_error *err);

#endif
