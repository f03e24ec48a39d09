/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/options/choose.h"

#include <stdio.h>
#include <string.h>

int choose_word(const char *where, const char *word, const char *const *names,
	struct fr_error *err)
{
	char list[256] = "";

	for (int i = 0; names[i]; i++) {
		size_t used = strlen(list);

		if (strcmp(word, names[i]) == 0)
			return i;
		(void)snprintf(list + used, sizeof(list) - used, "%s%s",
			i ? ", " : "", names[i]);
	}
	return fr_error_set(err, EXIT_USAGE, "%s '%.60s': must be one of %s",
		where, word, list);
}
