/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A command's options as a table, from which the parser and the help are made,
 * so that an option is written down once.
 */
#ifndef HARNESS_OPTIONS_OPTIONS_H
#define HARNESS_OPTIONS_OPTIONS_H

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
	OPTION_LIST,     /* struct texts; a value adds option_parts to it */
};

/* The word of an OPTION_AUTO that stands for 0. */
#define OPTION_AUTO_WORD "auto"

/* What a value of a list adds to the list. */
enum option_parts {
	PARTS_LIST,    /* the parts between commas */
	PARTS_SPECS,   /* as texts_add_specs tells them apart */
	PARTS_TEXTS,   /* one text, commas and all */
	PARTS_PAIRS,   /* as PARTS_TEXTS: NAME=TEXT */
	PARTS_ENTRIES, /* as PARTS_TEXTS: "KEY=VALUES KEY=VALUES" */
};

struct option_spec {
	const char *group;    /* its heading in the help; NULL: "options" */
	const char *name;     /* long name; NULL ends the table */
	char letter;          /* short name; 0: none */
	const char *argument; /* its name in the help: "N"; NULL for a flag */
	const char *help;     /* a sentence or two, with the default */
	enum option_type type;
	enum option_parts parts;
	size_t offset;     /* of the value in the settings */
	uint64_t min, max; /* of numbers and durations, inclusive */
	/* For shells to complete: the values, NULL-ended; NULL: any. */
	const char *const *words;
};

/*
 * Macros for tables of options: {OPT_TEXT(..)} or {"group", OPT_TEXT(..)}.
 * Define OPTIONS_OF as the struct of the settings before the table. An option
 * whose member has another C type than enum option_type says does not compile.
 */
/* clang-format off */
#define OPT_AS(its_type, c_type, member, its_name, its_letter, its_argument, \
	least, most, its_help) \
	.name = its_name, .letter = its_letter, .argument = its_argument, \
	.help = its_help, .type = its_type, .min = least, .max = most, \
	.offset = _Generic(((OPTIONS_OF *)0)->member, \
		c_type: offsetof(OPTIONS_OF, member))

#define OPT_FLAG(member, name, letter, help) \
	OPT_AS(OPTION_FLAG, bool, member, name, letter, NULL, 0, 0, help)
#define OPT_TEXT(member, name, letter, argument, help) \
	OPT_AS(OPTION_TEXT, const char *, member, name, letter, argument, \
		0, 0, help)
#define OPT_NUMBER(member, name, letter, argument, min, max, help) \
	OPT_AS(OPTION_NUMBER, uint64_t, member, name, letter, argument, \
		min, max, help)
#define OPT_DURATION(member, name, letter, argument, min, max, help) \
	OPT_AS(OPTION_DURATION, uint64_t, member, name, letter, argument, \
		min, max, help)
#define OPT_AUTO(member, name, letter, argument, min, max, help) \
	OPT_AS(OPTION_AUTO, uint64_t, member, name, letter, argument, \
		min, max, help)

#define OPT_PARTS(its_parts, member, name, letter, argument, help) \
	OPT_AS(OPTION_LIST, struct texts, member, name, letter, argument, \
		0, 0, help), .parts = its_parts
#define OPT_LIST(...)    OPT_PARTS(PARTS_LIST, __VA_ARGS__)
#define OPT_SPECS(...)   OPT_PARTS(PARTS_SPECS, __VA_ARGS__)
#define OPT_TEXTS(...)   OPT_PARTS(PARTS_TEXTS, __VA_ARGS__)
#define OPT_PAIRS(...)   OPT_PARTS(PARTS_PAIRS, __VA_ARGS__)
#define OPT_ENTRIES(...) OPT_PARTS(PARTS_ENTRIES, __VA_ARGS__)
/* clang-format on */

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
	OPTIONS_HELP,  /* --help was asked for, and has been answered */
	OPTIONS_ERROR, /* *err says what was wrong */
};

/*
 * Parses argv (argv[0] is the command's name), and moves operands behind the
 * options; *operands is the index of the first operand. Values are written into
 * the struct at `settings`, which holds the defaults before. An option given
 * again replaces its value, or, if the value is a list, adds to the list. The
 * caller releases the lists in any case.
 */
enum options_outcome options_parse(const struct command_spec *command,
	void *settings, int argc, char **argv, int *operands,
	struct fr_error *err);

/*
 * A table of the options of `own`, and then those of `others` whose names are
 * not in `without` (NULL-ended). The caller frees it. NULL: no memory.
 */
struct option_spec *options_join(const struct option_spec *own,
	const struct option_spec *others, const char *const *without);

/* Whether its value is a struct texts. */
bool option_is_list(const struct option_spec *option);

/* The option of that long name, or NULL with *err naming `where` it stood. */
const struct option_spec *option_find(const struct option_spec *options,
	const char *name, const char *where, struct fr_error *err);

/*
 * Stores a value, which was written at `where`, into the settings. A list keeps
 * its former values if `again`. Texts stay the caller's; texts of lists are
 * copied. Returns 0, or -1 with *err filled in.
 */
int option_store(const struct option_spec *option, void *settings,
	const char *text, const char *where, bool again, struct fr_error *err);

/*
 * The settings as an object with a member for each option of the table, under
 * the option's name. A list is an array; a duration is in ns, and "_ns" follows
 * its name; a text that was not given is null. The caller owns the object. NULL
 * when out of memory or when a text is not UTF-8.
 */
json_t *options_describe(
	const struct option_spec *options, const void *settings);

/*
 * The inverse of options_describe: writes the members of an object into
 * settings, which hold the defaults before. Texts point into the object. The
 * caller releases the lists in any case. A member that is no option, has
 * another type or is out of range is an error. Returns 0, or -1 with *err.
 */
int options_recall(const struct option_spec *options, const json_t *object,
	void *settings, struct fr_error *err);

#endif
