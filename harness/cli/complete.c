/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `flagrace complete`, for the shells' completions: the words behind "flagrace"
 * up to the cursor are its arguments.
 */
#include <string.h>

#include "harness/base/error.h"
#include "harness/cli/commands.h"
#include "harness/options/completion.h"

enum { WORDS_MAX = 256 };

static int offer_commands(const char *word)
{
	for (const struct named_command *c = commands; c->name; c++)
		completion_offer(word, c->name, c->summary);
	completion_offer(word, "help", "print the options of a command");
	completion_offer(word, "--help", "print the commands");
	completion_offer(word, "--version", "print the version and the parts");
	return EXIT_OK;
}

int cmd_complete(int argc, char **argv)
{
	char form[] = "--help=complete";
	char *words[WORDS_MAX + 3] = {NULL, form};
	const struct named_command *command;

	if (argc < 3)
		return offer_commands(argc < 2 ? "" : argv[1]);
	if (strcmp(argv[1], "help") == 0)
		return offer_commands(argv[2]);
	command = command_named(argv[1]);
	if (!command || argc > WORDS_MAX)
		return EXIT_OK;
	words[0] = argv[1];
	memcpy(words + 2, argv + 2, (size_t)(argc - 2) * sizeof(*words));
	return command->run(argc, words);
}
