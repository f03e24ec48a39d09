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

#include <jansson.h>

#include "harness/base/error.h"
#include "harness/base/texts.h"

enum option_type {
	OPTION_FLAG,     /* bool: no value; present means true */
	OPTION_TEXT,     /* const char *: points into argv */
	OPTION_NUMBER,   /* uint64_t within min..max */
	OPTION_DURATION, /* uint64_t ns within min..max: 250us 50ms 1.5s */
	OPTION_AUTO,     /* uint64_t as OPTION_NUMBER, or the word auto: 0 */
	OPTION_LIST,     /* struct texts: parts between commas */
	OPTION_SPECS,    /* struct texts: as texts_add_specs tells them apart */
	OPTION_TEXTS,    /* struct texts: one text, commas and all */
	OPTION_PAIRS,    /* as OPTION_TEXTS, each NAME=TEXT */
	OPTION_ENTRIES,  /* as OPTION_TEXTS, each "KEY=VALUES KEY=VALUES" */
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
	int operands_max; /* words that are no options; 0: none */
};

enum options_outcome {
	OPTIONS_OK,
	OPTIONS_HELP,  /* --help was asked for, and has been printed */
	OPTIONS_ERROR, /* *err says what was wrong */
};

/*
 * Parses argv (argv[0] is the command's name), moving operands behind the
 * options; *operands is the index of the first one. Values are written into
 * the struct at `settings`, which holds the defaults before. An option given
 * again replaces its value; one of lists adds to it, and the lists are the
 * caller's to release, in any case.
 */
enum options_outcome options_parse(const struct command_spec *command,
	void *settings, int argc, char **argv, int *operands,
	struct fr_error *err);

/* Whether its value is a struct texts. */
bool option_is_list(const struct option_spec *option);

/* The option of that long name, or NULL with *err naming `where` it stood. */
const struct option_spec *option_find(const struct option_spec *options,
	const char *name, const char *where, struct fr_error *err);

/*
 * Writes a value, as somebody wrote it at `where`, into the settings; a list
 * keeps what it had if `again`. Texts stay the caller's, those of lists are
 * copied. Returns 0, or -1 with *err filled in.
 */
int option_store(const struct option_spec *option, void *settings,
	const char *text, const char *where, bool again, struct fr_error *err);

/*
 * The settings as an object: a member for each option of the table, called as
 * it is; a list as an array, a duration in ns under its name and "_ns", a text
 * that was not given as null. The caller's, or NULL when out of memory or when
 * a text is not UTF-8.
 */
json_t *options_describe(
	const struct option_spec *options, const void *settings);

/*
 * The way back: writes the members of such an object into settings, which
 * hold the defaults before. Texts point into it; lists are the caller's to
 * release, in any case. A member that is no option, of another type or out of
 * range is an error. Returns 0, or -1 with *err filled in.
 */
int options_recall(const struct option_spec *options, const json_t *object,
	void *settings, struct fr_error *err);

/* Prints the command's help on standard output. */
void options_help(const struct command_spec *command);

#endif
