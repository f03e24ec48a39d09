/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server reads its token from standard input, so that no other process can
 * read the token in its arguments or environment. Its standard error is a file
 * in memory, which never blocks the server and remains after its end.
 */
#include "harness/server/server_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/files.h"
#include "harness/base/kernel.h"
#include "harness/base/parts.h"
#include "harness/base/spawn.h"
#include "harness/base/xxh3.h"

enum {
	READY_MS = 60000, /* with a sanitizer on a busy machine it takes long */
	END_MS = 2000,    /* from the loss of a connection to the exit */
	TOKEN_BYTES = 16,
	PAGE_SIZE = 4096,
	ERRORS_MAX = 65536, /* bytes of its standard error that are shown */
	LAST_LINE_MAX = 200,
};

/*
 * Makes a random token in a page of its own that fork(2) clears in the child: a
 * trial has a copy of the memory of this process, but not the token.
 */
static char *make_token(void)
{
	unsigned char *page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *bytes = page + PAGE_SIZE / 2;
	char *text = (char *)page;

	if (page == MAP_FAILED)
		return NULL;
	/* A kernel before 4.14 cannot: then a trial could read the token. */
	(void)madvise(page, PAGE_SIZE, MADV_WIPEONFORK);
	(void)madvise(page, PAGE_SIZE, MADV_DONTDUMP);
	if (getrandom(bytes, TOKEN_BYTES, 0) != TOKEN_BYTES) {
		(void)munmap(page, PAGE_SIZE);
		return NULL;
	}
	for (int i = 0; i < TOKEN_BYTES; i++) {
		text[2 * i] = "0123456789abcdef"[bytes[i] >> 4];
		text[2 * i + 1] = "0123456789abcdef"[bytes[i] & 15];
	}
	explicit_bzero(bytes, TOKEN_BYTES);
	return text;
}

/* Returns a pipe from which the token can be read; -1 with errno. */
static int token_input(const char *token)
{
	size_t length = strlen(token);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	/* Does not block: an empty pipe has room for it. */
	if (write(ends[1], token, length) != (ssize_t)length) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

/* What the server's process is started with. */
struct start {
	int input;          /* has the token; -1: none */
	int output, errors; /* errors: -1: those of this process */
	int listen_fd;      /* as for server_process_start */
	bool traces;        /* SERVER_TRACES */
	pid_t parent;
};

/* Gives the child its files. Returns 0, or -1: the parent has ended, too. */
static int take_files(const struct start *start)
{
	if (getppid() != start->parent ||
		spawn_become(start->output, STDOUT_FILENO) < 0)
		return -1;
	if (start->errors >= 0 &&
		spawn_become(start->errors, STDERR_FILENO) < 0)
		return -1;
	if (start->input >= 0 && spawn_become(start->input, STDIN_FILENO) < 0)
		return -1;
	return 0;
}

/* Runs in the child until exec. */
static _Noreturn void exec_server(const struct start *start)
{
	const char *argv[11] = {"flagrace", "serve", "--port", "0"};
	char number[16];
	size_t n = 4;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Not in our group: Ctrl-C ends the harness, which ends the server. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (take_files(start) < 0)
		_exit(EXIT_FAILURE);
	if (start->listen_fd >= 0) {
		/* The copy stays open in exec. */
		(void)snprintf(number, sizeof(number), "%d",
			fcntl(start->listen_fd, F_DUPFD, STDERR_FILENO + 1));
		argv[n++] = "--listen-fd";
		argv[n++] = number;
	}
	if (part_is_there(PART_OPENSSL))
		argv[n++] = "--tls";
	if (start->traces)
		argv[n++] = "--allow-traces";
	if (start->input >= 0) {
		argv[n++] = "--token-file";
		argv[n++] = "-";
	}
	/* The declaration of execv(3) lacks a const for history's sake. */
	execv("/proc/self/exe", (char *const *)argv);
	(void)dprintf(STDERR_FILENO,
		"cannot start /proc/self/exe: %s; is /proc mounted?\n",
		strerror(errno));
	_exit(EXIT_FAILURE);
}

/* Reads the line "listening on URL". */
static int read_ready_line(struct server *server, struct fr_error *err)
{
	struct pollfd ready = {.fd = server->output, .events = POLLIN};
	char line[128];
	size_t have = 0;

	while (have + 1 < sizeof(line)) {
		if (poll(&ready, 1, READY_MS) <= 0 ||
			read(server->output, line + have, 1) != 1)
			break;
		if (line[have++] == '\n')
			break;
	}
	line[have] = '\0';
	if (sscanf(line, "listening on %95s", server->url) == 1)
		return 0;
	return fr_error_set(err, EXIT_INVALID, "the mock server did not start");
}

/* Forks; sets output, errors and parent. Returns 0, or -1 with errno. */
static int fork_server(struct server *server, struct start *start)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	server->output = ends[0];
	server->errors = files_in_memory("words of the server");
	start->output = ends[1];
	start->errors = server->errors;
	start->parent = getpid();
	(void)fflush(NULL);
	server->pid = fork();
	if (server->pid == 0)
		exec_server(start);
	close(ends[1]);
	if (server->pid > 0)
		return 0;
	server->pid = 0;
	return -1;
}

int server_process_start(struct server *server, unsigned terms, int listen_fd,
	struct fr_error *err)
{
	struct start start = {
		.input = -1,
		.listen_fd = listen_fd,
		.traces = terms & SERVER_TRACES,
	};
	int rc = 0;

	if (kernel_check(err) < 0)
		return -1;
	if (terms & SERVER_GUARDED) {
		server->token = make_token();
		start.input = server->token ? token_input(server->token) : -1;
		rc = start.input < 0 ? -1 : 0;
	}
	if (!rc)
		rc = fork_server(server, &start);
	if (rc)
		(void)fr_error_set(err, EXIT_INVALID,
			"cannot start the mock server: %s", strerror(errno));
	if (start.input >= 0)
		close(start.input);
	if (!rc && read_ready_line(server, err) < 0) {
		server_process_report_end(server, err);
		rc = -1;
	}
	return rc;
}

/* Tells whether it has ended or ends soon; leaves it a zombie. */
static bool has_ended(const struct server *server, siginfo_t *info)
{
	struct pollfd end = {.events = POLLIN};
	int rc;

	if (server->pid <= 0)
		return false;
	end.fd = pidfd_open(server->pid, 0);
	if (end.fd < 0)
		return false;
	do
		rc = poll(&end, 1, END_MS);
	while (rc < 0 && errno == EINTR);
	close(end.fd);
	return rc == 1 &&
		waitid(P_PID, (id_t)server->pid, info, WEXITED | WNOWAIT) == 0;
}

/* Reads the end of its standard error. Returns the length. */
static size_t read_errors(const struct server *server, char *text, size_t size)
{
	off_t length =
		server->errors < 0 ? 0 : lseek(server->errors, 0, SEEK_END);
	ssize_t got = 0;

	if (length > 0)
		got = pread(server->errors, text, size,
			length > (off_t)size ? length - (off_t)size : 0);
	return got > 0 ? (size_t)got : 0;
}

/* Reads the last line of its standard error; "": none. */
static void read_last_line(
	const struct server *server, char line[LAST_LINE_MAX + 1])
{
	char text[1024];
	size_t length = read_errors(server, text, sizeof(text)), at;

	while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	for (at = length; at && text[at - 1] != '\n'; at--)
		;
	if (length - at > LAST_LINE_MAX)
		length = at + LAST_LINE_MAX;
	memcpy(line, text + at, length - at);
	line[length - at] = '\0';
	/* Control characters must not reach a terminal. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

void server_process_report_end(
	const struct server *server, struct fr_error *err)
{
	char line[LAST_LINE_MAX + 1], how[80];
	siginfo_t info;

	if (!has_ended(server, &info))
		return;
	if (info.si_code == CLD_EXITED)
		(void)snprintf(how, sizeof(how), "exited with status %d",
			info.si_status);
	else
		(void)snprintf(how, sizeof(how), "was ended by signal %d (%s)",
			info.si_status, strsignal(info.si_status));
	read_last_line(server, line);
	(void)fr_error_set(err, EXIT_INVALID, "the mock server %s%s%s", how,
		line[0] ? "; its last output: " : "", line);
}

/* Copies its standard error to ours. */
static void forward_errors(const struct server *server)
{
	char *text = malloc(ERRORS_MAX);
	size_t length = text ? read_errors(server, text, ERRORS_MAX) : 0;

	if (length)
		(void)fwrite(text, 1, length, stderr);
	free(text);
}

void server_process_end(struct server *server)
{
	if (server->pid > 0) {
		/*
		 * After SIGTERM it would first finish answers, for seconds,
		 * although no client waits for them.
		 */
		kill(server->pid, SIGKILL);
		while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
			;
		forward_errors(server);
	}
	if (server->output >= 0)
		close(server->output);
	if (server->errors >= 0)
		close(server->errors);
	if (server->token)
		(void)munmap(server->token, PAGE_SIZE);
}

/* See sched_setattr(2), which glibc 2.36 does not declare. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Adds the attributes of a thread to the hashes. */
static void add(struct server_scheduling *scheduling, pid_t thread)
{
	struct attributes attributes = {0};
	cpu_set_t cpus;
	int32_t nice;

	CPU_ZERO(&cpus);
	if (syscall(SYS_sched_getattr, thread, &attributes, sizeof(attributes),
		    0) < 0 ||
		sched_getaffinity(thread, sizeof(cpus), &cpus) < 0)
		return;
	nice = attributes.nice;
	attributes.nice = 0;
	scheduling->policy = XXH3_64bits_withSeed(
		&attributes, sizeof(attributes), scheduling->policy);
	scheduling->nice =
		XXH3_64bits_withSeed(&nice, sizeof(nice), scheduling->nice);
	scheduling->cpus =
		XXH3_64bits_withSeed(&cpus, sizeof(cpus), scheduling->cpus);
	scheduling->threads++;
}

static struct server_scheduling scheduling_of(pid_t pid)
{
	struct server_scheduling scheduling = {0};
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			add(&scheduling,
				(pid_t)strtol(entry->d_name, NULL, 10));
	if (tasks)
		(void)closedir(tasks);
	return scheduling;
}

void server_process_note_scheduling(struct server *server)
{
	server->scheduling = scheduling_of(server->pid);
}

const char *server_changed(const struct server *server)
{
	const struct server_scheduling *before = &server->scheduling;
	struct server_scheduling now;

	if (server->pid <= 0)
		return NULL;
	now = scheduling_of(server->pid);
	if (!before->threads || before->threads != now.threads)
		return NULL;
	if (before->cpus != now.cpus)
		return "set of CPUs";
	if (before->policy != now.policy)
		return "scheduling policy";
	return before->nice != now.nice ? "nice value" : NULL;
}
