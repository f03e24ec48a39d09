/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options from a table, by getopt_long(3): the table becomes its option array,
 * and the help text. Values are written at the table's offsets.
 */
#include "harness/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "harness/nearest.h"
#include "harness/values.h"

enum { MAX_OPTIONS = 32, HELP_COLUMN = 26, HELP_WIDTH = 79, LONG_BASE = 256 };

/* Prints text from HELP_COLUMN on, broken between words. */
static void print_wrapped(const char *text, int column)
{
	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > HELP_COLUMN && column + 1 + length > HELP_WIDTH) {
			printf("\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			column += printf(" ");
		}
		column += printf("%.*s", length, text);
		text += length;
		text += strspn(text, " ");
	}
	puts("");
}

static void print_option(const struct option_spec *option)
{
	int column = 0;

	if (option->letter)
		column = printf("  -%c, --%s", option->letter, option->name);
	else
		column = printf("      --%s", option->name);
	if (option->argument)
		column += printf(" %s", option->argument);
	if (column >= HELP_COLUMN - 1)
		column = printf("\n") - 1;
	printf("%*s", HELP_COLUMN - column, "");
	print_wrapped(option->help, HELP_COLUMN);
}

void options_help(const struct command_spec *command)
{
	printf("usage: flagrace %s%s%s\n\n%s\n\noptions:\n", command->name,
		command->usage[0] ? " " : "", command->usage, command->summary);
	for (const struct option_spec *o = command->options; o->name; o++)
		print_option(o);
	printf("%*s", -HELP_COLUMN, "  -h, --help");
	print_wrapped("Show this and exit.", HELP_COLUMN);
	if (command->examples)
		printf("\nexamples:\n%s", command->examples);
}

static int store(const struct option_spec *option, void *settings,
	const char *text, struct fr_error *err)
{
	void *value = (char *)settings + option->offset;
	char what[64];

	(void)snprintf(what, sizeof(what), "--%s", option->name);
	switch (option->type) {
	case OPTION_FLAG:
		*(bool *)value = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)value = text;
		return 0;
	case OPTION_NUMBER:
		return parse_number(
			text, what, option->min, option->max, value, err);
	case OPTION_DURATION:
		return parse_duration(
			text, what, option->min, option->max, value, err);
	}
	return -1;
}

/* Turns the table into what getopt_long takes; returns its length. */
static int getopt_tables(
	const struct option_spec *specs, struct option *longs, char *shorts)
{
	int n = 0;

	*shorts++ = ':'; /* tell a missing argument from an unknown option */
	for (; n < MAX_OPTIONS && specs[n].name; n++) {
		longs[n] = (struct option){specs[n].name,
			specs[n].argument ? required_argument : no_argument,
			NULL, LONG_BASE + n};
		if (!specs[n].letter)
			continue;
		*shorts++ = specs[n].letter;
		if (specs[n].argument)
			*shorts++ = ':';
	}
	longs[n] = (struct option){"help", no_argument, NULL, 'h'};
	longs[n + 1] = (struct option){0};
	*shorts++ = 'h';
	*shorts = '\0';
	return n;
}

static int report_unknown(
	const struct command_spec *command, char **argv, struct fr_error *err)
{
	const char *names[MAX_OPTIONS + 1];
	const char *word = argv[optind - 1], *nearest;
	char bare[64];
	size_t n = 0;

	if (optopt && optopt < LONG_BASE)
		return fr_error_set(err, EXIT_USAGE,
			"unknown option '-%c'; see 'flagrace %s --help'",
			optopt, command->name);
	for (; n < MAX_OPTIONS && command->options[n].name; n++)
		names[n] = command->options[n].name;
	names[n] = NULL;
	(void)snprintf(bare, sizeof(bare), "%s", word + strspn(word, "-"));
	bare[strcspn(bare, "=")] = '\0';
	nearest = nearest_word(bare, names);
	return fr_error_set(err, EXIT_USAGE,
		"unknown option '%.80s'%s%s%s; see 'flagrace %s --help'", word,
		nearest ? "; did you mean --" : "", nearest ? nearest : "",
		nearest ? "?" : "", command->name);
}

static const struct option_spec *find_option(
	const struct option_spec *specs, int n, int code)
{
	for (int i = 0; i < n; i++)
		if (code == LONG_BASE + i || code == specs[i].letter)
			return &specs[i];
	return NULL;
}

enum options_outcome options_parse(const struct command_spec *command,
	void *settings, int argc, char **argv, int *operands,
	struct fr_error *err)
{
	struct option longs[MAX_OPTIONS + 2];
	char shorts[2 * MAX_OPTIONS + 3];
	int n = getopt_tables(command->options, longs, shorts);
	int code;

	optind = 0; /* start afresh (getopt(3), "Notes") */
	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_spec *option;

		if (code == 'h') {
			options_help(command);
			return OPTIONS_HELP;
		}
		if (code == ':') {
			fr_error_set(err, EXIT_USAGE,
				"option '%s' needs a value; see "
				"'flagrace %s --help'",
				argv[optind - 1], command->name);
			return OPTIONS_ERROR;
		}
		option = find_option(command->options, n, code);
		if (!option) {
			report_unknown(command, argv, err);
			return OPTIONS_ERROR;
		}
		if (store(option, settings, optarg, err) < 0)
			return OPTIONS_ERROR;
	}
	*operands = optind;
	return OPTIONS_OK;
}
