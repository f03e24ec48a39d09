/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/program_notes.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A variable that sends plain HTTP through a proxy; NULL: none is set. */
static const char *proxy_variable(void)
{
	static const char *const names[] = {
		"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && value[0])
			return names[i];
	}
	return NULL;
}

/* Whether curl(1) would read a file of options: its path. */
static bool find_curlrc(char path[PATH_MAX])
{
	static const struct {
		const char *variable, *file;
	} places[] = {
		{"CURL_HOME", ".curlrc"},
		{"XDG_CONFIG_HOME", "curlrc"},
		{"HOME", ".curlrc"},
		{"HOME", ".config/curlrc"},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		const char *folder = getenv(places[i].variable);

		if (!folder)
			continue;
		(void)snprintf(path, PATH_MAX, "%s/%s", folder, places[i].file);
		if (access(path, R_OK) == 0)
			return true;
	}
	return false;
}

/* Whether words are those of a curl that reads its file of settings. */
static bool is_curl(const char *const *words)
{
	const char *slash = strrchr(words[0], '/');

	return strcmp(slash ? slash + 1 : words[0], "curl") == 0 &&
		(!words[1] ||
			(strncmp(words[1], "-q", 2) != 0 &&
				strcmp(words[1], "--disable") != 0));
}

/*
 * Whether the program is started by GO and its command line says nothing of the
 * concurrency. One that requests nothing needs none.
 */
static bool is_untold(const struct exec *exec)
{
	bool untold = !(exec_strategy(exec)->flags & FR_NO_NETWORK) &&
		strcmp(exec_option(exec), "--exec") == 0;

	for (const char *const *word = exec_words(exec); *word; word++)
		untold = untold && !strstr(*word, "{concurrency}");
	return untold;
}

void program_notes_tell(FILE *out, const struct exec_list *programs)
{
	const char *proxy = programs->count ? proxy_variable() : NULL;
	char path[PATH_MAX];

	if (proxy)
		fprintf(out,
			"note: %s is set; no_proxy tells the programs "
			"not to use the proxy, because the server must "
			"see their requests\n",
			proxy);
	for (size_t i = 0; i < programs->count; i++)
		if (is_untold(programs->execs[i]))
			fprintf(out,
				"warning: --exec %s: {concurrency} is not in "
				"the command, so the program is not told how "
				"many requests may be in flight\n",
				exec_strategy(programs->execs[i])->name);
	for (size_t i = 0; i < programs->count; i++)
		if (is_curl(exec_words(programs->execs[i])) &&
			find_curlrc(path))
			fprintf(out,
				"note: %s %s: curl reads %.200s; to prevent "
				"that, make -q its first option\n",
				exec_option(programs->execs[i]),
				exec_strategy(programs->execs[i])->name, path);
}
