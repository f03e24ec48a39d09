/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/latency_names.h"

#include <string.h>

/* The latency that a name stands for; the text itself if it is no name. */
static const char *latency_of(const struct texts *names, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < names->count; i++) {
		const char *name = names->at[i].text;

		if (strncmp(name, text, length) == 0 && name[length] == '=')
			return name + length + 1;
	}
	return text;
}

int latency_names_check(const struct texts *names, struct fr_error *err)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strchr(names->at[i].text, '='))
			return fr_error_set(err, EXIT_USAGE,
				"%s '%.60s': write NAME=SPEC, as in lan=1ms",
				names->at[i].where, names->at[i].text);
	return 0;
}

/* Replaces each name by its latency. */
int latency_names_resolve(
	struct texts *list, const struct texts *names, struct fr_error *err)
{
	struct texts resolved = {0};

	for (size_t i = 0; i < list->count; i++) {
		const char *text = latency_of(names, list->at[i].text);

		if (texts_add(
			    &resolved, text, strlen(text), list->at[i].where)) {
			texts_release(&resolved);
			return fr_error_memory(err);
		}
	}
	texts_release(list);
	*list = resolved;
	return 0;
}

bool latency_may_be_trace(const char *text)
{
	return strstr(text, "trace:") != NULL;
}
