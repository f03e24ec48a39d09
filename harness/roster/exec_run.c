/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lists of URLs are memory files (memfd_create(2)) of the trial's process,
 * which the program opens as /proc/PID/fd/N: wrappers may close inherited
 * descriptors, and a killed trial leaves no files.
 */
#include "harness/roster/exec_run.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <flagrace/client.h>

#include "harness/base/files.h"
#include "harness/base/work.h"
#include "harness/roster/exec_words.h"

enum { NUMBER_MAX = 24, PATH_TEXT = 40 };

const char *const exec_placeholders[EXEC_PLACEHOLDERS + 1] = {
	[EXEC_URL] = "url",
	[EXEC_URLS] = "urls",
	[EXEC_URLS_CURL] = "urls_curl",
	[EXEC_CONCURRENCY] = "concurrency",
	[EXEC_REQUESTS] = "requests",
	[EXEC_WORK_NS] = "work_ns",
	[EXEC_CACERT] = "cacert",
	[EXEC_OUT] = "out",
	[EXEC_HERE] = "here",
	[EXEC_NOTHING] = "nothing",
	[EXEC_PLAIN] = "plain",
};

void exec_empty(const char *path)
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
	int fd = files_in_memory("urls");
	int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "w");

	if (!file)
		return -errno;
	for (size_t i = 0; i < job->n; i++)
		(void)fprintf(file, "%s%s?flagrace=%s/%zu/1%s", before,
			job->urls[i], job->trial, i, behind);
	return fclose(file) == 0 ? fd : -errno;
}

/* Opens the certificates to trust, or an empty file. */
static int open_authorities(const struct fr_job *job)
{
	const char *path = job->http->authorities;
	int fd = open(path ? path : "/dev/null", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * Names the file. By these variables, curl, OpenSSL and what builds on OpenSSL, Go,
 * Python's requests and Node trust the certificates without an option.
 */
static void name_authorities(char path[PATH_TEXT], int fd)
{
	static const char *const names[] = {"CURL_CA_BUNDLE", "SSL_CERT_FILE",
		"REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"};

	(void)snprintf(path, PATH_TEXT, "/proc/%d/fd/%d", (int)getpid(), fd);
	if (lseek(fd, 0, SEEK_END) <= 0)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)setenv(names[i], path, 1);
}

void exec_teardown(struct fr_job *job)
{
	const struct exec *exec = exec_of(job);
	struct exec_run *run = job->priv;

	for (char **word = run ? run->argv : NULL; word && *word; word++)
		free(*word);
	if (run) {
		free(run->argv);
		free(run->job);
	}
	free(run);
	if (exec->out[0])
		exec_empty(exec->out);
}

/* Replaces the placeholders of all words, and of the job's line. */
static int fill_in(struct exec_run *run, const struct exec *exec,
	const struct exec_value *values)
{
	size_t count = 0;

	while (exec->words[count])
		count++;
	run->argv = calloc(count + 1, sizeof(char *));
	for (size_t i = 0; run->argv && i < count; i++) {
		run->argv[i] = exec_words_replace(
			exec->words[i], values, EXEC_PLACEHOLDERS);
		if (!run->argv[i])
			return -ENOMEM;
	}
	run->job = exec_words_replace("JOB {urls} {requests} {concurrency}\n",
		values, EXEC_PLACEHOLDERS);
	return run->argv && run->job ? 0 : -ENOMEM;
}

/* Makes the lists and the command line. Returns 0 or -errno. */
static int prepare(struct exec_run *run, struct fr_job *job)
{
	const struct exec *exec = exec_of(job);
	const char *path = strchr(strstr(job->urls[0], "://") + 3, '/');
	char url[128], concurrency[NUMBER_MAX], requests[NUMBER_MAX];
	char work_ns[NUMBER_MAX];
	char plain[PATH_TEXT], curl[PATH_TEXT], authorities[PATH_TEXT];
	int authorities_fd = open_authorities(job);
	int plain_fd = list_urls(job, "", "\n");
	int curl_fd =
		list_urls(job, "url = \"", "\"\noutput = \"/dev/null\"\n");
	const struct exec_value values[EXEC_PLACEHOLDERS] = {
		{exec_placeholders[EXEC_URL], url},
		{exec_placeholders[EXEC_URLS], plain},
		{exec_placeholders[EXEC_URLS_CURL], curl},
		{exec_placeholders[EXEC_CONCURRENCY], concurrency},
		{exec_placeholders[EXEC_REQUESTS], requests},
		{exec_placeholders[EXEC_WORK_NS], work_ns},
		{exec_placeholders[EXEC_CACERT], authorities},
		{exec_placeholders[EXEC_OUT], exec->out},
		{exec_placeholders[EXEC_HERE], exec->here},
		{exec_placeholders[EXEC_NOTHING], ""},
		{exec_placeholders[EXEC_PLAIN], ""},
	};

	if (plain_fd < 0 || curl_fd < 0)
		return plain_fd < 0 ? plain_fd : curl_fd;
	if (authorities_fd < 0)
		return authorities_fd;
	name_authorities(authorities, authorities_fd);
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
	return fill_in(run, exec, values);
}

int exec_setup(struct fr_job *job)
{
	const struct exec *exec = exec_of(job);
	int rc = -ENOMEM;

	if (exec->out[0])
		exec_empty(exec->out);
	job->priv = calloc(1, sizeof(struct exec_run));
	if (job->priv)
		rc = prepare(job->priv, job);
	if (rc)
		exec_teardown(job);
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
	const struct fr_job *job, int in, int out, int why, pid_t parent)
{
	char **argv = ((struct exec_run *)job->priv)->argv;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	leave_proxies(job->urls[0]);
	if (getppid() == parent && dup2(in, STDIN_FILENO) >= 0 &&
		dup2(out, STDOUT_FILENO) >= 0) {
		(void)signal(SIGPIPE, SIG_DFL);
		(void)signal(SIGXFSZ, SIG_DFL);
		execvp(argv[0], argv);
	}
	if (write(why, &errno, sizeof(errno)) < 0)
		_exit(2);
	_exit(1);
}

int exec_start(pid_t *pid, const struct fr_job *job, int in, int out)
{
	pid_t parent = getpid();
	int ends[2], error = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	*pid = fork();
	if (*pid == 0)
		become(job, in, out, ends[1], parent);
	close(ends[1]);
	/* A successful exec closes the pipe, and read(2) returns 0. */
	if (*pid < 0)
		error = errno;
	else if (read(ends[0], &error, sizeof(error)) < 0)
		error = errno;
	close(ends[0]);
	if (error && *pid > 0)
		(void)waitpid(*pid, NULL, 0);
	return -error;
}

void exec_die_of(int number)
{
	prctl(PR_SET_DUMPABLE, 0); /* only the program leaves a core */
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

int exec_download_many(struct fr_job *job)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0, rc;
	pid_t pid;

	if (nowhere < 0)
		return -errno;
	rc = exec_start(&pid, job, nowhere, nowhere);
	close(nowhere);
	if (!rc && waitpid(pid, &status, 0) < 0)
		rc = -errno;
	if (!rc && WIFSIGNALED(status))
		exec_die_of(WTERMSIG(status));
	if (!rc && !status && job->strategy->flags & FR_NO_NETWORK)
		for (size_t i = 0; i < job->n; i++)
			fr_download_nothing(job, 0, i);
	return rc ? rc : WEXITSTATUS(status);
}
