/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace list`: the built-in strategies, and the suites that are ready. */
#include <stdio.h>

#include "harness/cli/commands.h"
#include "harness/options/command.h"
#include "harness/plan/ready.h"
#include "harness/roster/registry.h"

static const struct option_spec options[] = {{0}};

static const struct command_spec command = {
	.name = "list",
	.usage = "",
	.summary = "Lists the built-in strategies and the ready suites.",
	.examples = "  flagrace list\n",
	.options = options,
};

static void list_suites(void)
{
	const struct ready_suite *suite;
	int length;

	printf("\n%-22s  %s\n", "suite", "its question");
	for (size_t i = 0; (suite = ready_suite(i)); i++) {
		const char *question = ready_question(suite, &length);

		printf("%-22s  %.*s\n", suite->name, length, question);
	}
	puts("\n'flagrace run SUITE' answers the question. For a suite of your "
	     "own: flagrace run ./mine.yaml");
}

static int list(
	void *settings, const struct command_line *line, struct fr_error *err)
{
	const struct fr_strategy *strategy;

	(void)settings;
	(void)line;
	(void)err;
	printf("%-22s  %-7s  %-9s  %s\n", "strategy", "default", "most",
		"how it downloads");
	for (size_t i = 0; (strategy = registry_builtin(i)); i++) {
		char most[16] = "unbounded";

		if (strategy->max_concurrency)
			(void)snprintf(most, sizeof(most), "%u",
				strategy->max_concurrency);
		printf("%-22s  %7u  %9s  %s\n", strategy->name,
			strategy->default_concurrency, most, strategy->summary);
	}
	puts("\n'default' and 'most' are requests in flight. For a strategy of "
	     "your own: --strategy ./mine.so");
	list_suites();
	return EXIT_OK;
}

int cmd_list(int argc, char **argv)
{
	return command_run(&command, NULL, argc, argv, list);
}
