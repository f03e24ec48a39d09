/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands, one file each, and the table of their names. argv[0] is the
 * command's name; each returns the exit status.
 */
#ifndef HARNESS_CLI_COMMANDS_H
#define HARNESS_CLI_COMMANDS_H

struct named_command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary; /* one line without a full stop */
};

/* All commands in the order of the help; a NULL name ends the table. */
extern const struct named_command commands[];

/* The command of that name, or NULL. */
const struct named_command *command_named(const char *name);

int cmd_advise(int argc, char **argv);
int cmd_agent(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_selftest(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_history(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_tune(int argc, char **argv);
int cmd_download(int argc, char **argv);
int cmd_link(int argc, char **argv);
int cmd_serve(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_summary(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* For the build and for shells; they read the table, and are not in it. */
int cmd_manual(int argc, char **argv);
int cmd_complete(int argc, char **argv);

/* What --version prints. */
int cmd_version(void);

#endif
