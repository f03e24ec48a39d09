/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `flagrace --version`: of which commit, and with which libraries. */
#include <stdio.h>

#include "build_info.h"
#include "harness/base/error.h"
#include "harness/base/parts.h"
#include "harness/cli/commands.h"

int cmd_version(void)
{
	int absent = 0;

	puts("flagrace " FLAGRACE_VERSION "\n"
	     "commit: " BUILD_COMMIT " (" BUILD_DATE ")");
	fputs("libraries: libcurl " BUILD_CURL ", GSL " BUILD_GSL
	      ", jansson " BUILD_JANSSON ", libyaml " BUILD_YAML,
		stdout);
	for (int i = 0; i < PARTS; i++)
		if (parts[i].version)
			printf(", %s %s", parts[i].library, parts[i].version);
	fputs("\nleft out: ", stdout);
	for (int i = 0; i < PARTS; i++)
		if (!parts[i].version)
			printf("%s%s (no %s)", absent++ ? "; " : "",
				parts[i].gives, parts[i].library);
	puts(absent ? "" : "nothing");
	return EXIT_OK;
}
