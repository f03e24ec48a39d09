/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/help.h"

#include <stdio.h>
#include <string.h>

#include "harness/base/screen.h"
#include "harness/options/color.h"

enum { HELP_COLUMN = 26, HELP_WIDTH = 79 };

/* The columns that a line has. */
static int width(void)
{
	size_t of_screen = screen_width(stdout);

	return of_screen && of_screen < HELP_WIDTH ? (int)of_screen
						   : HELP_WIDTH;
}

/* Prints text from HELP_COLUMN on, broken between words. */
static void print_wrapped(const char *text, int column)
{
	int most = width();

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > HELP_COLUMN && column + 1 + length > most) {
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

const char *help_group(const struct option_spec *option)
{
	return option->group ? option->group : "options";
}

bool help_begins_group(
	const struct option_spec *options, const struct option_spec *option)
{
	for (; options < option; options++)
		if (strcmp(help_group(options), help_group(option)) == 0)
			return false;
	return true;
}

/* Prints a heading for each group, and the options of the group below it. */
static void print_groups(const struct option_spec *options)
{
	for (const struct option_spec *o = options; o->name; o++) {
		if (!help_begins_group(options, o))
			continue;
		printf("\n%s:\n", help_group(o));
		for (const struct option_spec *p = o; p->name; p++)
			if (strcmp(help_group(p), help_group(o)) == 0)
				print_option(p);
	}
}

/* Lines that were broken for the usual width are broken anew for a narrower one. */
static void print_summary(const char *summary)
{
	char text[2048];

	(void)snprintf(text, sizeof(text), "%s", summary);
	for (char *c = text; *c && width() < HELP_WIDTH; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (width() < HELP_WIDTH)
		screen_paragraph(stdout, "%s", text);
	else
		puts(text);
}

void help_of_command(const struct command_spec *command)
{
	screen_fold(&stdout);
	printf("usage: flagrace %s%s%s\n\n", command->name,
		command->usage[0] ? " " : "", command->usage);
	print_summary(command->summary);
	if (!command->options->name)
		puts("\noptions:");
	print_groups(command->options);
	print_option(&option_color);
	printf("%*s", -HELP_COLUMN, "  -h, --help");
	print_wrapped("Print this help and exit.", HELP_COLUMN);
	if (command->examples)
		printf("\nexamples:\n%s", command->examples);
}
