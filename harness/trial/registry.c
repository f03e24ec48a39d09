/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/registry.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/nearest.h"
#include "strategies/builtin.h"

enum { NAMES_MAX = 64, NAME_LENGTH_MAX = 31 };

const struct fr_strategy *registry_builtin(size_t i)
{
	return fr_builtin[i];
}

static bool well_formed(const char *name)
{
	size_t length = strlen(name);

	return length >= 1 && length <= NAME_LENGTH_MAX &&
		strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

int registry_check(const struct fr_strategy *strategy, const char *origin,
	struct fr_error *err)
{
	const char *fault = NULL;

	if (strategy->abi != FR_STRATEGY_ABI)
		return fr_error_set(err, EXIT_USAGE,
			"%s was built for strategy ABI %u, this flagrace "
			"speaks %u; build it against this version's headers",
			origin, strategy->abi, FR_STRATEGY_ABI);
	if (!strategy->name || !well_formed(strategy->name))
		fault = "its name must be 1 to 31 of a-z, 0-9 and '-'";
	else if (!strategy->summary)
		fault = "it has no summary";
	else if (strategy->default_concurrency < 1)
		fault = "its default_concurrency must be at least 1";
	else if (!strategy->download_many)
		fault = "it has no download_many";
	if (fault)
		return fr_error_set(err, EXIT_USAGE, "%s is no strategy: %s",
			origin, fault);
	return 0;
}

static const struct fr_strategy *load(const char *path, struct fr_error *err)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct fr_strategy *strategy;

	if (!object) {
		fr_error_set(err, EXIT_USAGE, "cannot load a strategy: %s",
			dlerror());
		return NULL;
	}
	strategy = dlsym(object, "fr_strategy");
	if (!strategy)
		fr_error_set(err, EXIT_USAGE,
			"%s defines no symbol 'fr_strategy'; "
			"build it with -DFR_PLUGIN",
			path);
	if (!strategy || registry_check(strategy, path, err) < 0) {
		dlclose(object);
		return NULL;
	}
	return strategy;
}

static void report_unknown(const char *word, struct fr_error *err)
{
	const char *names[NAMES_MAX + 1], *nearest;
	char list[320] = "";
	size_t n = 0;

	for (; n < NAMES_MAX && fr_builtin[n]; n++) {
		size_t used = strlen(list);

		names[n] = fr_builtin[n]->name;
		(void)snprintf(list + used, sizeof(list) - used, "%s%s",
			n ? ", " : "", names[n]);
	}
	names[n] = NULL;
	nearest = nearest_word(word, names);
	fr_error_set(err, EXIT_USAGE,
		"unknown strategy '%.60s'%s%s%s; known: %s, or the path of a "
		".so",
		word, nearest ? "; did you mean " : "", nearest ? nearest : "",
		nearest ? "?" : "", list);
}

const struct fr_strategy *registry_find(const char *word, struct fr_error *err)
{
	if (strchr(word, '/'))
		return load(word, err);
	for (size_t i = 0; fr_builtin[i]; i++)
		if (strcmp(fr_builtin[i]->name, word) == 0)
			return registry_check(fr_builtin[i], word, err) < 0
				? NULL
				: fr_builtin[i];
	report_unknown(word, err);
	return NULL;
}

const char *registry_word(
	const struct fr_strategy *strategy, char path[PATH_MAX])
{
	Dl_info object;

	for (size_t i = 0; fr_builtin[i]; i++)
		if (fr_builtin[i] == strategy)
			return strategy->name;
	if (!dladdr(strategy, &object) || !realpath(object.dli_fname, path))
		return strategy->name;
	return path;
}
