/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/command.h"

#include <stdio.h>

int command_fail(const char *command, const struct fr_error *err)
{
	(void)fflush(stdout);
	fprintf(stderr, "flagrace %s: %s\n", command, err->text);
	return (int)err->status;
}

int command_run(const struct command_spec *command, void *settings, int argc,
	char **argv, command_fn *body)
{
	struct command_line line = {.argc = argc, .argv = argv};
	struct fr_error err;
	int first, rc = -1;

	switch (options_parse(command, settings, argc, argv, &first, &err)) {
	case OPTIONS_HELP:
		return EXIT_OK;
	case OPTIONS_ERROR:
		return command_fail(command->name, &err);
	case OPTIONS_OK:
		break;
	}
	line.operands = argv + first;
	line.operand_count = argc - first;
	if (line.operand_count > command->operands_max)
		fr_error_set(&err, EXIT_USAGE,
			"unexpected '%.80s'; see 'flagrace %s --help'",
			line.operands[command->operands_max], command->name);
	else
		rc = body(settings, &line, &err);
	return rc < 0 ? command_fail(command->name, &err) : rc;
}
