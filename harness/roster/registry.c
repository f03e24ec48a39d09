/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/roster/registry.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/keeper.h"
#include "harness/base/nearest.h"
#include "harness/base/parts.h"
#include "strategies/builtin.h"

enum { NAMES_MAX = 64, NAME_LENGTH_MAX = 31, SUMMARY_MAX = 256 };
enum { PROBE_MS = 20000 }; /* limit for the constructors of a plug-in */

/*
 * What this process knows of a plug-in. This process never loads a plug-in, so
 * that its constructors and atexit handlers only affect its own trials.
 */
struct plugin {
	struct fr_strategy strategy; /* without its functions */
	struct plugin *next;
	char name[NAME_LENGTH_MAX + 1], summary[SUMMARY_MAX];
	char path[PATH_MAX]; /* absolute */
	/* The identity of the file: another file is another strategy. */
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

/* A list that is never freed: pointers to strategies stay valid. */
static struct plugin *plugins;

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
			"%s was built for strategy ABI %u, but this flagrace "
			"has ABI %u; build it against this version's headers",
			origin, strategy->abi, FR_STRATEGY_ABI);
	if (!strategy->name || !well_formed(strategy->name))
		fault = "its name must have 1 to 31 characters of a-z, 0-9 "
			"and '-'";
	else if (!strategy->summary)
		fault = "it has no summary";
	else if (strategy->default_concurrency < 1)
		fault = "its default_concurrency must be at least 1";
	else if (!strategy->download_many)
		fault = "it has no download_many";
	if (fault)
		return fr_error_set(err, EXIT_USAGE,
			"%s is not a valid strategy: %s", origin, fault);
	return 0;
}

/*
 * Rejects flags that only the harness may set: a plug-in must fill in its
 * samples and send requests.
 */
static int check_flags(const struct fr_strategy *strategy, const char *path,
	struct fr_error *err)
{
	if (strategy->flags & FR_WITNESS_SAMPLES)
		return fr_error_set(err, EXIT_USAGE,
			"%s is not a valid strategy: FR_WITNESS_SAMPLES is "
			"reserved for the programs of --exec",
			path);
	if (strategy->flags & FR_NO_NETWORK &&
		strcmp(strategy->name, "null") != 0)
		return fr_error_set(err, EXIT_USAGE,
			"%s is not a valid strategy: FR_NO_NETWORK is "
			"reserved for a strategy named null, which is not "
			"ranked",
			path);
	return 0;
}

/* Loads a plug-in into this process. Returns NULL with *err on failure. */
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
	if (!strategy || registry_check(strategy, path, err) < 0 ||
		check_flags(strategy, path, err) < 0)
		return NULL;
	return strategy;
}

/* What the process that loads a plug-in reports. */
struct plugin_report {
	struct fr_error error; /* status 0: none */
	unsigned default_concurrency, max_concurrency, flags;
	char name[NAME_LENGTH_MAX + 1], summary[SUMMARY_MAX];
};

struct probe {
	const char *path;
	int out;
};

static void live_probe(void *ctx)
{
	const struct probe *probe = ctx;
	struct plugin_report report = {.error.status = EXIT_OK};
	const struct fr_strategy *strategy;
	const int out = STDERR_FILENO + 1;

	/* A plug-in must not get the files and connections of the harness. */
	if (dup2(probe->out, out) != out)
		_exit(1);
	(void)close_range(out + 1, ~0U, 0);
	strategy = load(probe->path, &report.error);
	if (strategy) {
		report.default_concurrency = strategy->default_concurrency;
		report.max_concurrency = strategy->max_concurrency;
		report.flags = strategy->flags;
		(void)snprintf(
			report.name, sizeof(report.name), "%s", strategy->name);
		(void)snprintf(report.summary, sizeof(report.summary), "%s",
			strategy->summary);
	}
	/* Not exit(3), which would call the handlers of the plug-in. */
	_exit(write(out, &report, sizeof(report)) < 0);
}

/* Waits for the report. Returns 0, or -1 with *err. */
static int read_report(struct plugin_report *report, int in,
	struct keeper *keeper, const char *path, struct fr_error *err)
{
	struct pollfd end = {.fd = keeper->end, .events = POLLIN};
	struct kept kept;
	bool late = poll(&end, 1, PROBE_MS) == 0;
	int rc;

	if (late)
		keeper_stop(keeper);
	rc = keeper_close(keeper, &kept);
	if (late)
		return fr_error_set(err, EXIT_USAGE,
			"%s is not a valid strategy: loading it takes more "
			"than %d s",
			path, PROBE_MS / 1000);
	if (rc && rc != -ESRCH)
		return fr_error_set(err, EXIT_INVALID, "cannot load %s: %s",
			path, strerror(-rc));
	if (rc == 0 && read(in, report, sizeof(*report)) == sizeof(*report)) {
		if (report->error.status == EXIT_OK)
			return 0;
		*err = report->error;
		return -1;
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s is not a valid strategy: it ends the process that loads "
		"it%s%s",
		path, WIFSIGNALED(kept.status) ? ", by SIG" : "",
		WIFSIGNALED(kept.status) ? sigabbrev_np(WTERMSIG(kept.status))
					 : "");
}

/* Loads a plug-in in another process. Returns 0, or -1 with *err. */
static int ask(
	struct plugin_report *report, const char *path, struct fr_error *err)
{
	struct probe probe = {.path = path};
	const struct keeper_life life = {.live = live_probe, .ctx = &probe};
	struct keeper keeper;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return fr_error_set(err, EXIT_INVALID, "cannot make a pipe: %s",
			strerror(errno));
	probe.out = ends[1];
	rc = keeper_open(&keeper, &life);
	close(ends[1]);
	if (rc)
		rc = fr_error_set(err, EXIT_INVALID, "cannot load %s: %s", path,
			strerror(-rc));
	else
		rc = read_report(report, ends[0], &keeper, path, err);
	close(ends[0]);
	return rc;
}

/* Sets the path and the identity of the file. Returns 0 or -errno. */
static int identify(struct plugin *plugin, const char *path)
{
	struct stat file;

	if (!realpath(path, plugin->path) || stat(plugin->path, &file) < 0)
		return -errno;
	plugin->device = file.st_dev;
	plugin->inode = file.st_ino;
	plugin->size = file.st_size;
	plugin->changed = file.st_ctim;
	return 0;
}

static bool is_same(const struct plugin *a, const struct plugin *b)
{
	return strcmp(a->path, b->path) == 0 && a->device == b->device &&
		a->inode == b->inode && a->size == b->size &&
		a->changed.tv_sec == b->changed.tv_sec &&
		a->changed.tv_nsec == b->changed.tv_nsec;
}

/* Returns NULL if the strategy is not a plug-in. */
static const struct plugin *plugin_of(const struct fr_strategy *strategy)
{
	for (const struct plugin *p = plugins; p; p = p->next)
		if (&p->strategy == strategy)
			return p;
	return NULL;
}

/* Finds or adds a plug-in. Returns NULL with *err on failure. */
static const struct fr_strategy *find_plugin(
	const char *path, struct fr_error *err)
{
	struct plugin *plugin = calloc(1, sizeof(*plugin));
	struct plugin_report report;

	if (!plugin) {
		fr_error_memory(err);
		return NULL;
	}
	/* If the file does not exist, dlopen(3) will report it. */
	if (identify(plugin, path) == 0)
		for (struct plugin *p = plugins; p; p = p->next)
			if (is_same(p, plugin)) {
				free(plugin);
				return &p->strategy;
			}
	if (ask(&report, path, err) < 0) {
		free(plugin);
		return NULL;
	}
	memcpy(plugin->name, report.name, sizeof(plugin->name));
	memcpy(plugin->summary, report.summary, sizeof(plugin->summary));
	plugin->strategy = (struct fr_strategy){
		.abi = FR_STRATEGY_ABI,
		.name = plugin->name,
		.summary = plugin->summary,
		.default_concurrency = report.default_concurrency,
		.max_concurrency = report.max_concurrency,
		.flags = report.flags,
	};
	plugin->next = plugins;
	plugins = plugin;
	return &plugin->strategy;
}

int registry_load(
	const struct fr_strategy **loaded, const struct fr_strategy *strategy)
{
	const struct plugin *plugin = plugin_of(strategy);
	struct plugin now;
	struct fr_error err;

	*loaded = strategy;
	if (!plugin)
		return 0;
	if (identify(&now, plugin->path) < 0 || !is_same(plugin, &now))
		return -ESTALE;
	*loaded = load(plugin->path, &err);
	return *loaded ? 0 : -ENOEXEC;
}

static void report_unknown(const char *word, struct fr_error *err)
{
	const struct part *part = part_of_strategy(word);
	const char *names[NAMES_MAX + 1], *nearest;
	char list[320] = "";
	size_t n = 0;

	if (part) {
		fr_error_set(err, EXIT_INVALID,
			"strategy '%s' is left out of this flagrace, which was "
			"built without %s: install %s (Debian) and build it "
			"again",
			word, part->library, part->package);
		return;
	}
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
		return find_plugin(word, err);
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
	const struct plugin *plugin = plugin_of(strategy);

	if (!plugin)
		return strategy->name;
	memcpy(path, plugin->path, sizeof(plugin->path));
	return path;
}
