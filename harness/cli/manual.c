/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace manual`, for the build: lists the man pages, or prints one of them.
 * Commands, options, keys and columns stand there as the tables have them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/check/check_run.h"
#include "harness/cli/commands.h"
#include "harness/gate/check.h"
#include "harness/options/command.h"
#include "harness/options/manual.h"
#include "harness/options/manual_text.h"
#include "harness/options/settings.h"
#include "harness/plan/ready.h"
#include "harness/race/advice.h"
#include "harness/runs/summary.h"

static const struct option_spec options[] = {{0}};

static const struct command_spec command = {
	.name = "manual",
	.usage = "[PAGE]",
	.summary = "Lists the man pages, or prints a page for man(1).",
	.options = options,
	.operands_max = 1,
};

static void write_statuses(void)
{
	static const struct {
		enum exit_status status;
		const char *meaning;
	} statuses[] = {
		{EXIT_OK,
			"Success: all trials are valid, and no check failed."},
		{EXIT_REGRESSION,
			"Head is slower than base, or a download "
			"failed."},
		{EXIT_USAGE,
			"The command line, or a file that it names, is "
			"wrong."},
		{EXIT_INCONCLUSIVE, "There are too few data for a verdict."},
		{EXIT_INVALID,
			"Something could not be measured, or was not "
			"valid."},
		{EXIT_INTERRUPTED,
			"The command was interrupted. Finished "
			"trials are kept."},
	};
	char number[16];

	manual_section("EXIT STATUS");
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		(void)snprintf(
			number, sizeof(number), "%d", (int)statuses[i].status);
		manual_entry(number, NULL);
		manual_text(statuses[i].meaning);
	}
}

/* Refers to the pages in a text such as "`flagrace`(1), `man`(1)". */
static void write_see_also(const char *pages)
{
	manual_section("SEE ALSO");
	manual_text(pages);
}

static int write_main(void)
{
	manual_title("flagrace", 1);
	manual_name("flagrace",
		"race concurrency strategies against a server with known "
		"latency");
	manual_section("SYNOPSIS");
	puts(".B flagrace\n.I command\n.RI [ option\\~.. ]");
	manual_section("DESCRIPTION");
	manual_text(
		"flagrace answers which concurrency strategy an I/O-bound "
		"program should use, and whether a change made it slower. "
		"Strategies download the same items from a mock server that "
		"delays each answer by a known time and records every request. "
		"A trial counts only if the account of the server and the "
		"account of the client agree. The results are CSV files, a "
		"ranked table and plots.");
	manual_section("COMMANDS");
	for (const struct named_command *c = commands; c->name; c++) {
		manual_entry(c->name, NULL);
		manual_text(c->summary);
	}
	manual_paragraph();
	manual_text("Each command has a page of its own, such as "
		    "`flagrace-run`(1). `flagrace` `--version` prints the "
		    "version, and which parts are built in.");
	write_statuses();
	manual_section("FILES");
	manual_entry("results/", NULL);
	manual_text("Folders of runs, below the folder in which a command is "
		    "started. The word `latest` stands for the newest of "
		    "them.");
	write_see_also(
		"`flagrace-run`(1), `flagrace-suite`(5), `flagrace-csv`(5)");
	return EXIT_OK;
}

static int write_command(const struct named_command *named)
{
	char name[32], page[48], form[] = "--help=man";
	char *words[] = {name, form, NULL};
	int status;

	(void)snprintf(name, sizeof(name), "%s", named->name);
	(void)snprintf(page, sizeof(page), "flagrace-%s", named->name);
	manual_title(page, 1);
	manual_name(page, named->summary);
	status = named->run(2, words);
	write_statuses();
	write_see_also("`flagrace`(1), `flagrace-suite`(5), `flagrace-csv`(5)");
	return status;
}

static void write_suites(void)
{
	const struct ready_suite *suite;
	char text[256];
	int length;

	manual_section("READY SUITES");
	for (size_t i = 0; (suite = ready_suite(i)); i++) {
		const char *question = ready_question(suite, &length);

		(void)snprintf(text, sizeof(text), "%.*s", length, question);
		manual_entry(suite->name, NULL);
		manual_text(text);
	}
}

static void write_keys(void)
{
	manual_section("KEYS");
	for (const struct option_spec *o = run_options; o->name; o++) {
		/* Not those that suite_apply's caller refuses. */
		if (strcmp(o->name, "resume") == 0 ||
			strcmp(o->name, "shard") == 0)
			continue;
		manual_entry(o->name, o->argument);
		manual_text(o->help);
	}
}

static int write_suite(void)
{
	const struct ready_suite *suite = ready_find("lesson");

	manual_title("flagrace-suite", 5);
	manual_name("flagrace-suite", "a question for flagrace, as a file");
	manual_section("DESCRIPTION");
	manual_text(
		"A suite is a YAML file that says which cells to race, and how "
		"often. `flagrace` `run` `SUITE` races them. Its keys are the "
		"options of `flagrace-run`(1); options replace the values of "
		"the file, and keys that the file lacks have the values of the "
		"suite `" READY_DEFAULT "`. A key whose argument ends in a "
		"comma and dots takes a value or a list; the cells are the "
		"product of all lists. `include` and `exclude` are lists of "
		"mappings, `latency-name`, `exec` and `program` are mappings. "
		"Keys that begin with `x-` are ignored, so that YAML's merge "
		"keys can refer to them.");
	write_keys();
	write_suites();
	manual_section("EXAMPLES");
	manual_text("The suite `lesson`:");
	manual_paragraph();
	manual_example(suite ? suite->text : "");
	write_see_also("`flagrace`(1), `flagrace-run`(1)");
	return EXIT_OK;
}

static void write_columns(const struct row_schema *schema, const char *what)
{
	manual_section(what);
	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];

		manual_entry(
			column->name, column->unit[0] ? column->unit : NULL);
		manual_text(column->meaning);
	}
}

static int write_csv(void)
{
	manual_title("flagrace-csv", 5);
	manual_name("flagrace-csv", "the columns of flagrace's CSV files");
	manual_section("DESCRIPTION");
	manual_text(
		"The files are CSV as in RFC 4180, except that lines end with a "
		"bare line feed. The first line names the columns. All columns "
		"are always there, and an unknown value is an empty field. "
		"Columns are only added at the end; their meaning does not "
		"change without a new `schema_version`. Below, the unit of a "
		"column follows its name.");
	write_columns(&trial_schema, "TRIALS.CSV");
	write_columns(&request_schema, "REQUESTS.CSV");
	write_columns(&connection_schema, "CONNECTIONS.CSV");
	write_columns(&trial_host_schema, "HOSTS.CSV");
	write_columns(&summary_schema, "SUMMARY");
	write_columns(&check_schema, "REPORT OF A CHECK");
	write_columns(&check_trial_schema, "LOG OF A CHECK");
	write_columns(&advice_schema, "ADVICE");
	write_see_also("`flagrace`(1), `flagrace-summary`(1), "
		       "`flagrace-check`(1)");
	return EXIT_OK;
}

/* The pages that no command has. */
static const struct page {
	const char *name;
	int (*write)(void);
} pages[] = {
	{"flagrace.1", write_main},
	{"flagrace-suite.5", write_suite},
	{"flagrace-csv.5", write_csv},
};
enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

static int list_pages(void)
{
	for (size_t i = 0; i < PAGES; i++)
		puts(pages[i].name);
	for (const struct named_command *c = commands; c->name; c++)
		printf("flagrace-%s.1\n", c->name);
	return EXIT_OK;
}

static int manual(
	void *settings, const struct command_line *line, struct fr_error *err)
{
	const char *name = line->operand_count ? line->operands[0] : NULL;
	char own[48];

	(void)settings;
	if (!name)
		return list_pages();
	for (size_t i = 0; i < PAGES; i++)
		if (strcmp(pages[i].name, name) == 0)
			return pages[i].write();
	for (const struct named_command *c = commands; c->name; c++) {
		(void)snprintf(own, sizeof(own), "flagrace-%s.1", c->name);
		if (strcmp(own, name) == 0)
			return write_command(c);
	}
	return fr_error_set(err, EXIT_USAGE, "no page '%.60s'", name);
}

int cmd_manual(int argc, char **argv)
{
	return command_run(&command, NULL, argc, argv, manual);
}
