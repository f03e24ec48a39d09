/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/roster/exec.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/roster/exec_run.h"
#include "harness/roster/exec_words.h"
#include "harness/roster/registry.h"
#include "mock_server/mark.h"

enum { EXEC_FILE_MAX = 1 << 20 };

const char *const *exec_words(const struct exec *exec)
{
	return (const char *const *)exec->words;
}

const char *exec_option(const struct exec *exec)
{
	return exec->kind == EXEC_RESIDENT ? "--program" : "--exec";
}

const struct fr_strategy *exec_strategy(const struct exec *exec)
{
	return &exec->strategy;
}

static bool uses(char *const *words, const char *placeholder)
{
	for (; *words; words++)
		if (strstr(*words, placeholder))
			return true;
	return false;
}

bool exec_takes_work(const struct fr_strategy *strategy)
{
	return uses(((const struct exec *)strategy)->words, "{work_ns}");
}

/* The note of a strategy; NULL: it is no resident program. */
static char *note_of(const struct fr_strategy *strategy)
{
	return strategy->setup == resident_setup
		? ((const struct exec *)strategy)->note
		: NULL;
}

void exec_note(char note[EXEC_NOTE_MAX], const struct fr_strategy *strategy)
{
	const char *its = note_of(strategy);

	/* A process that was killed may not have written the end. */
	(void)snprintf(
		note, EXEC_NOTE_MAX, "%.*s", EXEC_NOTE_MAX - 1, its ? its : "");
}

void exec_forget(const struct fr_strategy *strategy)
{
	char *its = note_of(strategy);

	if (its)
		memset(its, 0, EXEC_NOTE_MAX);
}

static void exec_free(struct exec *exec)
{
	if (!exec)
		return;
	if (exec->note)
		munmap(exec->note, EXEC_NOTE_MAX);
	if (exec->out[0]) {
		exec_empty(exec->out);
		(void)rmdir(exec->out);
	}
	free(exec->words);
	free(exec->here);
	free(exec);
}

static int refuse_placeholder(
	const struct exec *exec, const char *found, struct fr_error *err)
{
	char list[EXEC_PLACEHOLDERS * EXEC_NAME_MAX] = "";

	for (int i = 0; i < EXEC_PLACEHOLDERS; i++) {
		size_t used = strlen(list);

		(void)snprintf(list + used, sizeof(list) - used, " {%s}",
			exec_placeholders[i]);
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s %s: unknown placeholder {%s}; known are%s",
		exec_option(exec), exec->name, found, list);
}

static int check_placeholders(const struct exec *exec, struct fr_error *err)
{
	char found[EXEC_NAME_MAX];

	for (char *const *word = exec->words; *word; word++)
		if (exec_words_unknown(*word, exec_placeholders, found))
			return refuse_placeholder(exec, found, err);
	return 0;
}

static bool is_program(const char *path)
{
	struct stat file;

	return stat(path, &file) == 0 && S_ISREG(file.st_mode) &&
		access(path, X_OK) == 0;
}

/* Tells whether execvp(3) would find it. */
static bool is_in_path(const char *name)
{
	const char *set = getenv("PATH");
	char *folders = strdup(set ? set : "/bin:/usr/bin"), *rest = folders;
	const char *folder;
	char path[PATH_MAX];
	bool found = false;

	while (!found && (folder = strsep(&rest, ":"))) {
		(void)snprintf(path, sizeof(path), "%s/%s",
			folder[0] ? folder : ".", name);
		found = is_program(path);
	}
	free(folders);
	return found;
}

static int check_program(const struct exec *exec, struct fr_error *err)
{
	const struct exec_value here = {
		exec_placeholders[EXEC_HERE], exec->here};
	char *name = exec_words_replace(exec->words[0], &here, 1);
	bool found;

	if (!name)
		return fr_error_memory(err);
	found = strchr(name, '/') ? is_program(name) : is_in_path(name);
	if (!found)
		fr_error_set(err, EXIT_USAGE,
			"%s %s: cannot find the program '%.200s'",
			exec_option(exec), exec->name, name);
	free(name);
	return found ? 0 : -1;
}

/* Reads the command of a template. Returns 0 or -1. */
static int read_command(struct exec *exec, const char *command,
	const char *here, struct fr_error *err)
{
	int rc = exec_words_split(&exec->words, command);

	exec->here = strdup(here);
	if (rc == -ENOMEM || !exec->here)
		return fr_error_memory(err);
	if (rc < 0 || !exec->words[0])
		return fr_error_set(err, EXIT_USAGE, "%s %s: %s",
			exec_option(exec), exec->name,
			rc ? "a quote is not closed" : "no command");
	if (check_placeholders(exec, err) < 0 || check_program(exec, err) < 0)
		return -1;
	if (uses(exec->words, "{nothing}") && exec->kind == EXEC_RESIDENT)
		return fr_error_set(err, EXIT_USAGE,
			"--program %s: {nothing} is for --exec: a resident "
			"program is started before the clock",
			exec->name);
	if (uses(exec->words, "{nothing}")) {
		exec->strategy.flags = FR_NO_NETWORK;
		exec->strategy.max_concurrency = 1;
	}
	if (uses(exec->words, "{plain}"))
		exec->strategy.flags |= FR_PLAIN_HTTP;
	if (!uses(exec->words, "{out}"))
		return 0;
	(void)snprintf(exec->out, sizeof(exec->out), "/tmp/flagrace-XXXXXX");
	if (mkdtemp(exec->out))
		return 0;
	exec->out[0] = '\0';
	return fr_error_set(err, EXIT_INVALID,
		"cannot make a folder in /tmp: %s", strerror(errno));
}

/* A page of shared memory, in which a trial's process leaves its note. */
static int share_note(struct exec *exec, struct fr_error *err)
{
	void *note = mmap(NULL, EXEC_NOTE_MAX, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (note == MAP_FAILED)
		return fr_error_memory(err);
	exec->note = note;
	return 0;
}

/* Fills in the strategy. Returns 0 or -1. */
static int describe(struct exec *exec, struct fr_error *err)
{
	bool resident = exec->kind == EXEC_RESIDENT;

	exec->strategy = (struct fr_strategy){
		.abi = FR_STRATEGY_ABI,
		.name = exec->name,
		.summary = resident ? "a resident program" : "a program",
		.default_concurrency = 20,
		.flags = FR_WITNESS_SAMPLES,
		.setup = resident ? resident_setup : exec_setup,
		.download_many =
			resident ? resident_download_many : exec_download_many,
		.teardown = resident ? resident_teardown : exec_teardown,
	};
	if (registry_check(&exec->strategy, exec->name, err) < 0)
		return fr_error_at(err, exec_option(exec));
	return resident ? share_note(exec, err) : 0;
}

static int exec_create(struct exec **out, enum exec_kind kind,
	const char *template, const char *here, struct fr_error *err)
{
	size_t length = strcspn(template, "=");
	struct exec *exec = calloc(1, sizeof(*exec));

	*out = exec;
	if (!exec)
		return fr_error_memory(err);
	exec->kind = kind;
	(void)snprintf(
		exec->name, sizeof(exec->name), "%.*s", (int)length, template);
	if (!template[length])
		return fr_error_set(err, EXIT_USAGE,
			"%s '%.60s': expected NAME=COMMAND, such as %s",
			exec_option(exec), template,
			kind == EXEC_RESIDENT
				? "'mine=python3 mine.py'"
				: "'curl=curl -qsZ --config {urls_curl}'");
	return describe(exec, err) < 0
		? -1
		: read_command(exec, template + length + 1, here, err);
}

/* Adds the templates of a text, which is modified. */
static int add_lines(struct exec_list *list, enum exec_kind kind, char *text,
	const char *here, struct fr_error *err)
{
	char *rest = text, *line;

	while ((line = strsep(&rest, "\n"))) {
		struct exec **execs;

		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			continue;
		execs = reallocarray(
			list->execs, list->count + 1, sizeof(struct exec *));
		if (!execs)
			return fr_error_memory(err);
		list->execs = execs;
		if (exec_create(&execs[list->count++], kind, line, here, err) <
			0)
			return -1;
	}
	return 0;
}

/* Removes a byte order mark and ends the text. */
static int take_mark(
	char *text, size_t length, const char *file, struct fr_error *err)
{
	const char *alien;
	size_t mark = text_mark(text, length, &alien);

	if (alien)
		return fr_error_set(err, EXIT_USAGE,
			"%.200s is %s; save it as UTF-8", file, alien);
	memmove(text, text + mark, length - mark);
	text[length - mark] = '\0';
	return 0;
}

/* Reads a file into allocated memory. Returns NULL with *err on failure. */
static char *read_file(const char *path, struct fr_error *err)
{
	FILE *file = fopen(path, "re");
	char *text = file ? malloc(EXEC_FILE_MAX) : NULL;
	size_t length = text ? fread(text, 1, EXEC_FILE_MAX, file) : 0;
	bool failed = !text || ferror(file) || length == EXEC_FILE_MAX;

	if (failed)
		fr_error_set(err,
			length == EXEC_FILE_MAX ? EXIT_USAGE
						: fr_status_of(errno),
			"%.200s: %s", path,
			length == EXEC_FILE_MAX ? "too long" : strerror(errno));
	else
		failed = take_mark(text, length, path, err) < 0;
	if (file)
		(void)fclose(file);
	if (failed) {
		free(text);
		text = NULL;
	}
	return text;
}

int exec_list_add(struct exec_list *list, enum exec_kind kind, const char *text,
	struct fr_error *err)
{
	bool is_file = text[0] == '@';
	char *copy = is_file ? read_file(text + 1, err) : strdup(text);
	char *path = strdup(is_file ? text + 1 : "./");
	int rc = -1;

	if (copy && path)
		rc = add_lines(list, kind, copy, dirname(path), err);
	else if (!is_file || !path)
		fr_error_memory(err);
	free(path);
	free(copy);
	return rc;
}

void exec_list_release(struct exec_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		exec_free(list->execs[i]);
	free(list->execs);
	*list = (struct exec_list){0};
}
