/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands, one file each. argv[0] is the command's name. Each prints its
 * own errors, one line on standard error, and returns the exit status.
 */
#ifndef HARNESS_CLI_COMMANDS_H
#define HARNESS_CLI_COMMANDS_H

#include "harness/error.h"

int cmd_run(int argc, char **argv);
int cmd_download(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plot(int argc, char **argv);

/* Prints `flagrace COMMAND: text` on standard error; returns err->status. */
int command_fail(const char *command, const struct fr_error *err);

#endif
