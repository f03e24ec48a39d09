/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command's options as a table: getopt_long parses by it, and the help text
 * is made from it, so an option is written down once.
 */
#ifndef HARNESS_CLI_OPTIONS_H
#define HARNESS_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/error.h"

enum option_type {
	OPTION_FLAG,     /* bool: no value; present means true */
	OPTION_TEXT,     /* const char *: points into argv */
	OPTION_NUMBER,   /* uint64_t within min..max */
	OPTION_DURATION, /* uint64_t ns within min..max: 250us 50ms 1.5s */
};

struct option_spec {
	enum option_type type;
	const char *name;     /* long name; ends the table when NULL */
	char letter;          /* short name, 0: none */
	const char *argument; /* its name in help: "N"; NULL for a flag */
	size_t offset; /* of its value, of the type above, in the settings */
	uint64_t min, max; /* OPTION_NUMBER, OPTION_DURATION: inclusive */
	const char *help;  /* one sentence; default and example included */
};

struct command_spec {
	const char *name;     /* "run" */
	const char *usage;    /* what follows the name: "[SUITE] [options]" */
	const char *summary;  /* one line */
	const char *examples; /* lines, each indented by two spaces */
	const struct option_spec *options;
};

enum options_outcome {
	OPTIONS_OK,
	OPTIONS_HELP,  /* --help was asked for, and has been printed */
	OPTIONS_ERROR, /* *err says what was wrong */
};

/*
 * Parses argv (argv[0] is the command's name), moving operands behind the
 * options; *operands is the index of the first one. Values are written into
 * the struct at `settings`, which holds the defaults before.
 */
enum options_outcome options_parse(const struct command_spec *command,
	void *settings, int argc, char **argv, int *operands,
	struct fr_error *err);

/* Prints the command's help on standard output. */
void options_help(const struct command_spec *command);

#endif
