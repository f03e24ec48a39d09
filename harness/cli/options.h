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
	void *value;          /* of the type above; holds the default before */
	uint64_t min, max;    /* OPTION_NUMBER, OPTION_DURATION: inclusive */
	const char *help;     /* one sentence; default and example included */
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
 * options; *operands is the index of the first one.
 */
enum options_outcome options_parse(const struct command_spec *command, int argc,
	char **argv, int *operands, struct fr_error *err);

/* Prints the command's help on standard output. */
void options_help(const struct command_spec *command);

/*
 * Parses a whole number within min..max, or a duration such as 250us, 50ms or
 * 1.5s into ns. `what` names the value in the error. Return 0 or -1.
 */
int parse_number(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err);
int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err);

/*
 * The candidate nearest to `word` by edit distance, or NULL when none is near
 * enough to be what was meant. candidates ends with NULL.
 */
const char *nearest_word(const char *word, const char *const *candidates);

#endif
