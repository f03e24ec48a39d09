/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands, one file each. argv[0] is the command's name; each returns the
 * exit status. What they have in common is command_run: options, help, and
 * one line on standard error when something is wrong.
 */
#ifndef HARNESS_CLI_COMMANDS_H
#define HARNESS_CLI_COMMANDS_H

#include "harness/base/error.h"
#include "harness/cli/options.h"

int cmd_agent(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_selftest(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_download(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_summary(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

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

/*
 * Which of names (NULL-ended) the word is that was written at `where`; -1 with
 * *err naming them all when it is none.
 */
int command_choose(const char *where, const char *word,
	const char *const *names, struct fr_error *err);

/* Prints `flagrace COMMAND: text` on standard error; returns err->status. */
int command_fail(const char *command, const struct fr_error *err);

#endif
