/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace list`: the built-in strategies, and the suites that are ready. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/base/parts.h"
#include "harness/base/screen.h"
#include "harness/cli/commands.h"
#include "harness/options/choose.h"
#include "harness/options/command.h"
#include "harness/plan/ready.h"
#include "harness/roster/registry.h"
#include "harness/view/sheet.h"
#include "harness/view/text_table.h"

struct list_settings {
	const char *format;
};

#define OPTIONS_OF struct list_settings

static const char *const formats[] = {"table", "json", NULL};

static const struct option_spec options[] = {
	{OPT_TEXT(format, "format", 'f', "FORMAT",
		 "Print the lists as table or json (default table)."),
		.words = formats},
	{0},
};

static const struct command_spec command = {
	.name = "list",
	.usage = "[options]",
	.summary = "Lists the built-in strategies and the ready suites.",
	.examples = "  flagrace list\n"
		    "  flagrace list --format json\n",
	.options = options,
};

static void write_strategy(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	const struct fr_strategy *strategy = registry_builtin(row);

	(void)ctx;
	if (column == 0)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", strategy->name);
	else if (column == 1)
		(void)snprintf(text, TEXT_CELL_MAX, "%u",
			strategy->default_concurrency);
	else if (column == 3)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", strategy->summary);
	else if (strategy->max_concurrency)
		(void)snprintf(
			text, TEXT_CELL_MAX, "%u", strategy->max_concurrency);
	else
		(void)snprintf(text, TEXT_CELL_MAX, "unbounded");
}

static void write_suite(
	char text[TEXT_CELL_MAX], const void *ctx, size_t row, size_t column)
{
	const struct ready_suite *suite = ready_suite(row);
	int length;
	const char *question = ready_question(suite, &length);

	(void)ctx;
	if (column == 0)
		(void)snprintf(text, TEXT_CELL_MAX, "%s", suite->name);
	else
		(void)snprintf(text, TEXT_CELL_MAX, "%.*s", length, question);
}

static void print_table(struct text_table *table)
{
	(void)text_table_fit(table, screen_width(stdout));
	text_table_write_head(table, stdout);
	for (size_t row = 0; row < table->rows; row++)
		text_table_write_row(table, stdout, row);
	text_table_write_rest(table, stdout, "--format json has all");
}

/* Whether the program is found where the shell would find it. */
static bool is_installed(const char *program)
{
	const char *path = getenv("PATH");
	char file[PATH_MAX];

	/* As execvp(3) */
	if (!path)
		path = "/bin:/usr/bin";
	while (*path) {
		int length = (int)strcspn(path, ":");

		if (snprintf(file, sizeof(file), "%.*s/%s", length, path,
			    program) < (int)sizeof(file) &&
			access(file, X_OK) == 0)
			return true;
		path += length + (path[length] == ':');
	}
	return false;
}

/* Nothing, where nothing is missing. */
static void print_missing(void)
{
	if (!is_installed("gnuplot"))
		puts("\nMissing: the pictures of runs, because gnuplot is not "
		     "installed;\ninstall gnuplot-nox (Debian)");
	for (int i = 0; i < PARTS; i++)
		if (!parts[i].version)
			printf("\nMissing: %s, because this flagrace was built "
			       "without %s;\ninstall %s (Debian) and build it "
			       "again\n",
				parts[i].gives, parts[i].library,
				parts[i].package);
}

/* The same as JSON; NULL: no memory. */
static json_t *describe_missing(void)
{
	json_t *missing = json_array();
	int rc = missing ? 0 : -1;

	if (!is_installed("gnuplot"))
		rc = json_array_append_new(missing,
			json_pack("{s:s, s:s}", "what", "pictures", "needs",
				"gnuplot"));
	for (int i = 0; !rc && i < PARTS; i++)
		if (!parts[i].version)
			rc = json_array_append_new(missing,
				json_pack("{s:s, s:s}", "what", parts[i].gives,
					"needs", parts[i].library));
	if (rc) {
		json_decref(missing);
		missing = NULL;
	}
	return missing;
}

static void print_tables(void)
{
	struct text_table strategies = {
		.count = 4,
		.cell = write_strategy,
		.columns = {{.head = {"strategy"},
				    .least = 22,
				    .is_left = true},
			{.head = {"default"}, .gap = 2, .leaves = 2},
			{.head = {"most"}, .gap = 2, .leaves = 1},
			{.head = {"how it downloads"},
				.gap = 2,
				.is_left = true,
				.wraps = true}},
	};
	struct text_table suites = {
		.count = 2,
		.cell = write_suite,
		.columns = {{.head = {"suite"}, .least = 22, .is_left = true},
			{.head = {"its question"},
				.gap = 2,
				.is_left = true,
				.wraps = true}},
	};

	while (registry_builtin(strategies.rows))
		strategies.rows++;
	while (ready_suite(suites.rows))
		suites.rows++;
	screen_fold(&stdout);
	print_table(&strategies);
	puts("\n'default' and 'most' are requests in flight. For a strategy of "
	     "your own: --strategy ./mine.so\n");
	print_table(&suites);
	puts("\n'flagrace run SUITE' answers the question. For a suite of your "
	     "own: flagrace run ./mine.yaml");
	print_missing();
}

/* The most in flight of an unbounded strategy is null. */
static int print_json(void)
{
	json_t *strategies = json_array(), *suites = json_array();
	json_t *json = json_pack(
		"{s:o, s:o}", "strategies", strategies, "suites", suites);
	const struct fr_strategy *strategy;
	const struct ready_suite *suite;
	int length, rc = json ? 0 : -1;

	for (size_t i = 0; !rc && (strategy = registry_builtin(i)); i++)
		rc = json_array_append_new(strategies,
			json_pack("{s:s, s:i, s:o, s:s}", "name",
				strategy->name, "default",
				(int)strategy->default_concurrency, "most",
				strategy->max_concurrency
					? json_integer(
						  strategy->max_concurrency)
					: json_null(),
				"summary", strategy->summary));
	for (size_t i = 0; !rc && (suite = ready_suite(i)); i++) {
		const char *question = ready_question(suite, &length);

		rc = json_array_append_new(suites,
			json_pack("{s:s, s:s%}", "name", suite->name,
				"question", question, (size_t)length));
	}
	if (!rc)
		rc = json_object_set_new(json, "missing", describe_missing());
	if (rc) {
		json_decref(json);
		json = NULL;
	}
	return sheet_dump(stdout, json);
}

static int list(
	void *arg, const struct command_line *line, struct fr_error *err)
{
	const struct list_settings *settings = arg;
	int format = choose_word("--format", settings->format, formats, err);

	(void)line;
	if (format < 0)
		return -1;
	if (format == 0)
		print_tables();
	else if (print_json())
		return fr_error_set(
			err, EXIT_INVALID, "cannot write the lists");
	return EXIT_OK;
}

int cmd_list(int argc, char **argv)
{
	struct list_settings settings = {.format = "table"};

	return command_run(&command, &settings, argc, argv, list);
}
