/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options from a table, by getopt_long(3): the table becomes its option array.
 * Values are written at the table's offsets.
 */
#include "harness/options/options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/nearest.h"
#include "harness/base/values.h"
#include "harness/options/color.h"
#include "harness/options/completion.h"
#include "harness/options/help.h"
#include "harness/options/manual.h"

enum {
	MAX_OPTIONS = 48,
	LONG_BASE = 256,
	COLOR_CODE = LONG_BASE + MAX_OPTIONS,
};

/* Puts the values that `text` lists behind those already there. */
static int store_list(const struct option_spec *option, struct texts *list,
	const char *text, const char *what, struct fr_error *err)
{
	int rc;

	if (option->parts == PARTS_LIST)
		rc = texts_add_list(list, text, what);
	else if (option->parts == PARTS_SPECS)
		rc = texts_add_specs(list, text, what);
	else
		rc = texts_add(list, text, strlen(text), what);
	return rc ? fr_error_memory(err) : 0;
}

static size_t count_options(const struct option_spec *options)
{
	size_t count = 0;

	while (options[count].name)
		count++;
	return count;
}

struct option_spec *options_join(const struct option_spec *own,
	const struct option_spec *others, const char *const *without)
{
	size_t count = count_options(own);
	struct option_spec *joined =
		calloc(count + count_options(others) + 1, sizeof(*joined));

	if (!joined)
		return NULL;
	memcpy(joined, own, count * sizeof(*joined));
	for (const struct option_spec *o = others; o->name; o++)
		if (!word_is_one_of(o->name, without))
			joined[count++] = *o;
	return joined;
}

bool option_is_list(const struct option_spec *option)
{
	return option->type == OPTION_LIST;
}

static int store_flag(
	bool *value, const char *text, const char *where, struct fr_error *err)
{
	*value = strcmp(text, "true") == 0;
	if (*value || strcmp(text, "false") == 0)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be true or false", where, text);
}

static int store_auto(const struct option_spec *option, uint64_t *value,
	const char *text, const char *where, struct fr_error *err)
{
	if (strcmp(text, OPTION_AUTO_WORD) == 0) {
		*value = 0;
		return 0;
	}
	if (parse_number(text, where, option->min, option->max, value, err) ==
		0)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be " OPTION_AUTO_WORD
		" or a whole number from %" PRIu64 " to %" PRIu64,
		where, text, option->min, option->max);
}

int option_store(const struct option_spec *option, void *settings,
	const char *text, const char *where, bool again, struct fr_error *err)
{
	void *value = (char *)settings + option->offset;

	switch (option->type) {
	case OPTION_FLAG:
		return store_flag(value, text, where, err);
	case OPTION_TEXT:
		*(const char **)value = text;
		return 0;
	case OPTION_AUTO:
		return store_auto(option, value, text, where, err);
	case OPTION_NUMBER:
		return parse_number(
			text, where, option->min, option->max, value, err);
	case OPTION_DURATION:
		return parse_duration(
			text, where, option->min, option->max, value, err);
	case OPTION_LIST:
		if (!again)
			texts_release(value);
		return store_list(option, value, text, where, err);
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
	longs[n] = (struct option){"help", optional_argument, NULL, 'h'};
	longs[n + 1] = (struct option){
		option_color.name, required_argument, NULL, COLOR_CODE};
	longs[n + 2] = (struct option){0};
	*shorts++ = 'h';
	*shorts = '\0';
	return n;
}

static const char *nearest_option(
	const struct option_spec *options, const char *name)
{
	const char *names[MAX_OPTIONS + 1];
	size_t n = 0;

	for (; n < MAX_OPTIONS && options[n].name; n++)
		names[n] = options[n].name;
	names[n] = NULL;
	return nearest_word(name, names);
}

const struct option_spec *option_find(const struct option_spec *options,
	const char *name, const char *where, struct fr_error *err)
{
	const char *nearest;

	for (const struct option_spec *o = options; o->name; o++)
		if (strcmp(o->name, name) == 0)
			return o;
	nearest = nearest_option(options, name);
	fr_error_set(err, EXIT_USAGE, "%s: no such setting%s%s%s", where,
		nearest ? "; did you mean " : "", nearest ? nearest : "",
		nearest ? "?" : "");
	return NULL;
}

static int refuse_value(const struct command_spec *command, const char *word,
	struct fr_error *err)
{
	return fr_error_set(err, EXIT_USAGE,
		"option '%.*s' takes no value; see 'flagrace %s --help'",
		(int)strcspn(word, "="), word, command->name);
}

/*
 * The table for a person or, by a value that the commands `manual` and
 * `complete` give, for roff or a shell: then `words` is the line so far.
 */
static enum options_outcome give_help(const struct command_spec *command,
	const char *form, int count, char **words, struct fr_error *err)
{
	if (!form)
		help_of_command(command);
	else if (strcmp(form, "man") == 0)
		manual_of_command(command);
	else if (strcmp(form, "complete") == 0)
		completion_of_command(command, words, count);
	else {
		refuse_value(command, "--help", err);
		return OPTIONS_ERROR;
	}
	return OPTIONS_HELP;
}

static int report_unknown(
	const struct command_spec *command, char **argv, struct fr_error *err)
{
	const char *word = argv[optind - 1], *nearest;
	char bare[64];

	/* A known option there: it was written with a value it cannot have. */
	if (optopt >= LONG_BASE)
		return refuse_value(command, word, err);
	if (optopt)
		return fr_error_set(err, EXIT_USAGE,
			"unknown option '-%c'; see 'flagrace %s --help'",
			optopt, command->name);
	(void)snprintf(bare, sizeof(bare), "%s", word + strspn(word, "-"));
	bare[strcspn(bare, "=")] = '\0';
	nearest = nearest_option(command->options, bare);
	return fr_error_set(err, EXIT_USAGE,
		"unknown option '%.80s'%s%s%s; see 'flagrace %s --help'", word,
		nearest ? "; did you mean --" : "", nearest ? nearest : "",
		nearest ? "?" : "", command->name);
}

/* The index of an option in the table of n, or -1. */
static int find_option(const struct option_spec *specs, int n, int code)
{
	for (int i = 0; i < n; i++)
		if (code == LONG_BASE + i || code == specs[i].letter)
			return i;
	return -1;
}

enum options_outcome options_parse(const struct command_spec *command,
	void *settings, int argc, char **argv, int *operands,
	struct fr_error *err)
{
	struct option longs[MAX_OPTIONS + 3];
	char shorts[2 * MAX_OPTIONS + 3];
	int n = getopt_tables(command->options, longs, shorts);
	bool seen[MAX_OPTIONS] = {false};
	char where[64];
	int code;

	optind = 0; /* start afresh (getopt(3), "Notes") */
	opterr = 0;
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		int i;

		if (code == 'h')
			return give_help(command, optarg, argc - optind,
				argv + optind, err);
		if (code == ':') {
			fr_error_set(err, EXIT_USAGE,
				"option '%s' needs a value; see "
				"'flagrace %s --help'",
				argv[optind - 1], command->name);
			return OPTIONS_ERROR;
		}
		if (code == COLOR_CODE && color_choose(optarg, err) < 0)
			return OPTIONS_ERROR;
		if (code == COLOR_CODE)
			continue;
		i = find_option(command->options, n, code);
		if (i < 0) {
			report_unknown(command, argv, err);
			return OPTIONS_ERROR;
		}
		(void)snprintf(
			where, sizeof(where), "--%s", command->options[i].name);
		if (option_store(&command->options[i], settings,
			    optarg ? optarg : "true", where, seen[i], err) < 0)
			return OPTIONS_ERROR;
		seen[i] = true;
	}
	*operands = optind;
	return OPTIONS_OK;
}
