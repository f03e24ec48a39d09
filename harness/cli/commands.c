/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/cli/commands.h"

#include <stdio.h>

int command_fail(const char *command, const struct fr_error *err)
{
	(void)fflush(stdout);
	fprintf(stderr, "flagrace %s: %s\n", command, err->text);
	return (int)err->status;
}
