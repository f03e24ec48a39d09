/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of URLs are memory files (memfd_create(2)) of the trial's process,
 * which the program opens as /proc/PID/fd/N: wrappers may close inherited
 * descriptors, and a killed trial leaves no files.
 */
#include "harness/roster/exec.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <flagrace/client.h>

#include "harness/base/work.h"
#include "harness/roster/exec_words.h"
#include "harness/roster/registry.h"
#include "mock_server/mark.h"

enum { EXEC_FILE_MAX = 1 << 20, NUMBER_MAX = 24, PATH_TEXT = 40 };

struct exec {
	struct fr_strategy strategy; /* must be first: see exec_of */
	char name[64];
	char *here;   /* for {here} */
	char **words; /* with placeholders */
	char out[40]; /* for {out}; "": not used */
};

enum {
	URL,
	URLS,
	URLS_CURL,
	CONCURRENCY,
	REQUESTS,
	WORK_NS,
	OUT,
	HERE,
	NOTHING,
	PLACEHOLDERS
};

static const char *const placeholders[PLACEHOLDERS + 1] = {
	[URL] = "url",
	[URLS] = "urls",
	[URLS_CURL] = "urls_curl",
	[CONCURRENCY] = "concurrency",
	[REQUESTS] = "requests",
	[WORK_NS] = "work_ns",
	[OUT] = "out",
	[HERE] = "here",
	[NOTHING] = "nothing",
};

static const struct exec *exec_of(const struct fr_job *job)
{
	return (const struct exec *)job->strategy;
}

const char *const *exec_words(const struct exec *exec)
{
	return (const char *const *)exec->words;
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

/* Removes the files of a folder, but no folders in it. */
static void empty(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder)
		(void)closedir(folder);
}

/* Writes a list of URLs. Returns its descriptor, or -errno. */
static int list_urls(
	const struct fr_job *job, const char *before, const char *behind)
{
	/* The program opens it by /proc while this process exists. */
	int fd = memfd_create("urls", MFD_CLOEXEC);
	int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "w");

	if (!file)
		return -errno;
	for (size_t i = 0; i < job->n; i++)
		(void)fprintf(file, "%s%s?flagrace=%s/%zu/1%s", before,
			job->urls[i], job->trial, i, behind);
	return fclose(file) == 0 ? fd : -errno;
}

static void teardown(struct fr_job *job)
{
	const struct exec *exec = exec_of(job);
	char **argv = job->priv;

	for (char **word = argv; word && *word; word++)
		free(*word);
	free(argv);
	if (exec->out[0])
		empty(exec->out);
}

/* Makes the command line, which is job->priv. Returns 0 or -errno. */
static int prepare(struct fr_job *job, const struct exec *exec)
{
	const char *path = strchr(strstr(job->urls[0], "://") + 3, '/');
	char url[128], concurrency[NUMBER_MAX], requests[NUMBER_MAX];
	char work_ns[NUMBER_MAX];
	char plain[PATH_TEXT], curl[PATH_TEXT];
	int plain_fd = list_urls(job, "", "\n");
	int curl_fd =
		list_urls(job, "url = \"", "\"\noutput = \"/dev/null\"\n");
	const struct exec_value values[] = {
		{placeholders[URL], url},
		{placeholders[URLS], plain},
		{placeholders[URLS_CURL], curl},
		{placeholders[CONCURRENCY], concurrency},
		{placeholders[REQUESTS], requests},
		{placeholders[WORK_NS], work_ns},
		{placeholders[OUT], exec->out},
		{placeholders[HERE], exec->here},
		{placeholders[NOTHING], ""},
	};
	size_t count = 0;
	char **argv;

	if (plain_fd < 0 || curl_fd < 0)
		return plain_fd < 0 ? plain_fd : curl_fd;
	(void)snprintf(url, sizeof(url), "%.*s", (int)(path - job->urls[0]),
		job->urls[0]);
	(void)snprintf(plain, sizeof(plain), "/proc/%d/fd/%d", (int)getpid(),
		plain_fd);
	(void)snprintf(
		curl, sizeof(curl), "/proc/%d/fd/%d", (int)getpid(), curl_fd);
	(void)snprintf(
		concurrency, sizeof(concurrency), "%u", job->concurrency);
	(void)snprintf(requests, sizeof(requests), "%zu", job->n);
	/* The plan has seen to it that all items have the same. */
	(void)snprintf(work_ns, sizeof(work_ns), "%" PRIu64,
		job->work && job->work->cpu_ns ? job->work->cpu_ns[0] : 0);
	while (exec->words[count])
		count++;
	job->priv = argv = calloc(count + 1, sizeof(char *));
	for (size_t i = 0; argv && i < count; i++) {
		argv[i] = exec_words_replace(exec->words[i], values,
			sizeof(values) / sizeof(values[0]));
		if (!argv[i])
			return -ENOMEM;
	}
	return argv ? 0 : -ENOMEM;
}

static int setup(struct fr_job *job)
{
	const struct exec *exec = exec_of(job);
	int rc;

	if (exec->out[0])
		empty(exec->out);
	rc = prepare(job, exec);
	if (rc)
		teardown(job);
	return rc;
}

/*
 * Adds the host of the server to no_proxy and NO_PROXY: curl, Python and most
 * others read the first, some the second.
 */
static void leave_proxies(const char *url)
{
	static const char *const names[] = {"no_proxy", "NO_PROXY"};
	const char *host = strstr(url, "://") + 3;
	int length = host[0] == '[' ? (int)strcspn(++host, "]")
				    : (int)strcspn(host, ":/");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *before = getenv(names[i]);
		char *text;

		if (asprintf(&text, "%s%s127.0.0.1,::1,localhost,%.*s",
			    before ? before : "", before && *before ? "," : "",
			    length, host) < 0)
			continue;
		(void)setenv(names[i], text, 1);
		free(text);
	}
}

/* Runs in the child until exec; writes errno to `why` if exec fails. */
static _Noreturn void become(
	char **argv, const char *url, int why, pid_t parent)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	leave_proxies(url);
	if (getppid() == parent && dup2(nowhere, STDIN_FILENO) >= 0 &&
		dup2(nowhere, STDOUT_FILENO) >= 0) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)signal(SIGXFSZ, SIG_DFL);
		execvp(argv[0], argv);
	}
	if (write(why, &errno, sizeof(errno)) < 0)
		_exit(2);
	_exit(1);
}

/* Ends by the same signal as the program, so that the trial has crashed. */
static void die_of(int number)
{
	prctl(PR_SET_DUMPABLE, 0); /* only the program leaves a core */
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static int download_many(struct fr_job *job)
{
	pid_t parent = getpid(), pid;
	int ends[2], error = 0, status = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid == 0)
		become(job->priv, job->urls[0], ends[1], parent);
	close(ends[1]);
	/* A successful exec closes the pipe, and read(2) returns 0. */
	if (pid < 0)
		error = errno;
	else if (read(ends[0], &error, sizeof(error)) < 0)
		error = errno;
	close(ends[0]);
	if (pid > 0 && waitpid(pid, &status, 0) < 0)
		error = errno;
	if (!error && WIFSIGNALED(status))
		die_of(WTERMSIG(status));
	if (!error && !status && job->strategy->flags & FR_NO_NETWORK)
		for (size_t i = 0; i < job->n; i++)
			fr_download_nothing(job, 0, i);
	return error ? -error : WEXITSTATUS(status);
}

static void exec_free(struct exec *exec)
{
	if (!exec)
		return;
	if (exec->out[0]) {
		empty(exec->out);
		(void)rmdir(exec->out);
	}
	free(exec->words);
	free(exec->here);
	free(exec);
}

static int refuse_placeholder(
	const struct exec *exec, const char *found, struct fr_error *err)
{
	char list[PLACEHOLDERS * EXEC_NAME_MAX] = "";

	for (int i = 0; i < PLACEHOLDERS; i++) {
		size_t used = strlen(list);

		(void)snprintf(list + used, sizeof(list) - used, " {%s}",
			placeholders[i]);
	}
	return fr_error_set(err, EXIT_USAGE,
		"--exec %s: unknown placeholder {%s}; known are%s", exec->name,
		found, list);
}

static int check_placeholders(const struct exec *exec, struct fr_error *err)
{
	char found[EXEC_NAME_MAX];

	for (char *const *word = exec->words; *word; word++)
		if (exec_words_unknown(*word, placeholders, found))
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
	const struct exec_value here = {placeholders[HERE], exec->here};
	char *name = exec_words_replace(exec->words[0], &here, 1);
	bool found;

	if (!name)
		return fr_error_memory(err);
	found = strchr(name, '/') ? is_program(name) : is_in_path(name);
	if (!found)
		fr_error_set(err, EXIT_USAGE,
			"--exec %s: cannot find the program '%.200s'",
			exec->name, name);
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
		return fr_error_set(err, EXIT_USAGE, "--exec %s: %s",
			exec->name,
			rc ? "a quote is not closed" : "no command");
	if (check_placeholders(exec, err) < 0 || check_program(exec, err) < 0)
		return -1;
	if (uses(exec->words, "{nothing}")) {
		exec->strategy.flags = FR_NO_NETWORK;
		exec->strategy.max_concurrency = 1;
	}
	if (!uses(exec->words, "{out}"))
		return 0;
	(void)snprintf(exec->out, sizeof(exec->out), "/tmp/flagrace-XXXXXX");
	if (mkdtemp(exec->out))
		return 0;
	exec->out[0] = '\0';
	return fr_error_set(err, EXIT_INVALID,
		"cannot make a folder in /tmp: %s", strerror(errno));
}

static int exec_create(struct exec **out, const char *template,
	const char *here, struct fr_error *err)
{
	size_t length = strcspn(template, "=");
	struct exec *exec = calloc(1, sizeof(*exec));

	*out = exec;
	if (!exec)
		return fr_error_memory(err);
	(void)snprintf(
		exec->name, sizeof(exec->name), "%.*s", (int)length, template);
	if (!template[length])
		return fr_error_set(err, EXIT_USAGE,
			"--exec '%.60s': expected NAME=COMMAND, such as "
			"'curl=curl -qsZ --config {urls_curl}'",
			template);
	exec->strategy = (struct fr_strategy){
		.abi = FR_STRATEGY_ABI,
		.name = exec->name,
		.summary = "a program",
		.default_concurrency = 20,
		.flags = FR_WITNESS_SAMPLES,
		.setup = setup,
		.download_many = download_many,
		.teardown = teardown,
	};
	if (registry_check(&exec->strategy, exec->name, err) < 0)
		return fr_error_at(err, "--exec");
	return read_command(exec, template + length + 1, here, err);
}

/* Adds the templates of a text, which is modified. */
static int add_lines(struct exec_list *list, char *text, const char *here,
	struct fr_error *err)
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
		if (exec_create(&execs[list->count++], line, here, err) < 0)
			return -1;
	}
	return 0;
}

/* Removes a byte order mark and ends the text. */
static int take_mark(
	char *text, size_t length, const char *path, struct fr_error *err)
{
	const char *alien;
	size_t mark = text_mark(text, length, &alien);

	if (alien)
		return fr_error_set(err, EXIT_USAGE,
			"--exec @%.200s is %s; save it as UTF-8", path, alien);
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
			"--exec @%.200s: %s", path,
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

int exec_list_add(
	struct exec_list *list, const char *text, struct fr_error *err)
{
	bool is_file = text[0] == '@';
	char *copy = is_file ? read_file(text + 1, err) : strdup(text);
	char *path = strdup(is_file ? text + 1 : "./");
	int rc = -1;

	if (copy && path)
		rc = add_lines(list, copy, dirname(path), err);
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
