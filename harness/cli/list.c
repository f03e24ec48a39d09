/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace list`: the built-in strategies. */
#include <stdio.h>

#include "harness/cli/commands.h"
#include "harness/cli/options.h"
#include "harness/trial/registry.h"

static const struct option_spec options[] = {{0}};

static const struct command_spec command = {
	.name = "list",
	.usage = "",
	.summary = "Lists the built-in strategies.",
	.examples = "  flagrace list\n",
	.options = options,
};

int cmd_list(int argc, char **argv)
{
	const struct fr_strategy *strategy;
	struct fr_error err;
	int operands;

	switch (options_parse(&command, NULL, argc, argv, &operands, &err)) {
	case OPTIONS_HELP:
		return EXIT_OK;
	case OPTIONS_ERROR:
		return command_fail("list", &err);
	case OPTIONS_OK:
		break;
	}
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
	puts("\ndefault and most are requests in flight. Your own: "
	     "--strategy ./mine.so");
	return EXIT_OK;
}
