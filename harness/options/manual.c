/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "harness/options/color.h"
#include "harness/options/help.h"
#include "harness/options/manual_text.h"

/* Writes what follows the command's name; its words are the user's to fill. */
static void write_usage(const char *usage)
{
	char word[32];

	while (*usage) {
		size_t length = 0;

		while (length < sizeof(word) - 1 &&
			isalpha((unsigned char)usage[length]))
			length++;
		if (length) {
			memcpy(word, usage, length);
			word[length] = '\0';
			manual_inline('I', word);
			usage += length;
		} else {
			word[0] = *usage++;
			word[1] = '\0';
			manual_inline('R', word);
		}
	}
}

static void write_option(const struct option_spec *option)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "--%s", option->name);
	if (option->letter) {
		char letter[] = {'-', option->letter, '\0'};

		puts(".TP");
		manual_inline('B', letter);
		fputs(", ", stdout);
		manual_inline('B', name);
		if (option->argument) {
			putchar(' ');
			manual_inline('I', option->argument);
		}
		puts("");
	} else {
		manual_entry(name, option->argument);
	}
	manual_text(option->help);
}

static void write_group(const struct option_spec *options, const char *group)
{
	for (const struct option_spec *o = options; o->name; o++)
		if (strcmp(help_group(o), group) == 0)
			write_option(o);
}

static void write_groups(const struct option_spec *options)
{
	for (const struct option_spec *o = options; o->name; o++) {
		const char *group = help_group(o);

		if (!help_begins_group(options, o))
			continue;
		/* The heading says that already. */
		if (o->group)
			manual_subsection(group);
		write_group(options, group);
	}
	write_option(&option_color);
	puts(".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nPrint a short help and "
	     "exit.");
}

void manual_of_command(const struct command_spec *command)
{
	manual_section("SYNOPSIS");
	manual_inline('B', "flagrace ");
	manual_inline('B', command->name);
	if (command->usage[0])
		putchar(' ');
	write_usage(command->usage);
	puts("");
	manual_section("DESCRIPTION");
	manual_text(command->summary);
	manual_section("OPTIONS");
	write_groups(command->options);
	if (!command->examples)
		return;
	manual_section("EXAMPLES");
	manual_example(command->examples);
}
