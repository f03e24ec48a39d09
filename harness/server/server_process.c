/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The server reads its token from standard input, so that it is in no argument
 * and no environment that somebody else could read. Its standard error is a
 * file in memory: it is never full, and it outlives the server.
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

#include "harness/base/xxh3.h"

enum {
	READY_MS = 60000, /* a sanitized one on a busy machine takes long */
	END_MS = 2000,    /* who has lost its connections is about to end */
	TOKEN_BYTES = 16,
	PAGE_SIZE = 4096,
	WORDS_MAX = 65536, /* of its standard error are handed on */
	LAST_WORDS_MAX = 200,
};

/*
 * A secret in a page of its own, which is zeros in every child that is forked:
 * a trial has all the memory of this process, but not that.
 */
static char *make_token(void)
{
	unsigned char *page = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char *bytes = page + PAGE_SIZE / 2;
	char *text = (char *)page;

	if (page == MAP_FAILED)
		return NULL;
	/* A kernel before 4.14 does not know how: then the trial can tell. */
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

/* A pipe's end from which the token can be read; -1 with errno. */
static int token_input(const char *token)
{
	size_t length = strlen(token);
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	/* A pipe has room for more. */
	if (write(ends[1], token, length) != (ssize_t)length) {
		close(ends[0]);
		ends[0] = -1;
	}
	close(ends[1]);
	return ends[0];
}

/* Makes fd the standard one, which is not closed by exec. */
static int become(int fd, int standard)
{
	if (fd == standard)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, standard);
}

/* The child's life until exec. Nothing here may return. */
static _Noreturn void exec_server(
	int input, int output, int words, pid_t parent)
{
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Its own group: Ctrl-C is for the harness, which then stops it. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (getppid() != parent || become(output, STDOUT_FILENO) < 0 ||
		(words >= 0 && become(words, STDERR_FILENO) < 0))
		_exit(EXIT_FAILURE);
	if (input < 0)
		execl("/proc/self/exe", "flagrace", "serve", "--port", "0",
			"--allow-traces", (char *)NULL);
	else if (become(input, STDIN_FILENO) >= 0)
		execl("/proc/self/exe", "flagrace", "serve", "--port", "0",
			"--token-file", "-", (char *)NULL);
	_exit(EXIT_FAILURE);
}

/* Reads the ready line and takes the URL from its end. */
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

/* Forks, with a token from `input` (-1: without). Returns 0 or -1, errno. */
static int start(struct server *server, int input)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	server->output = ends[0];
	server->words = memfd_create("words of the server", MFD_CLOEXEC);
	(void)fflush(NULL);
	server->pid = fork();
	if (server->pid == 0)
		exec_server(input, ends[1], server->words, parent);
	close(ends[1]);
	if (server->pid > 0)
		return 0;
	server->pid = 0;
	return -1;
}

int server_process_start(
	struct server *server, bool guarded, struct fr_error *err)
{
	int input = -1, rc = 0;

	if (guarded) {
		server->token = make_token();
		input = server->token ? token_input(server->token) : -1;
		rc = input < 0 ? -1 : 0;
	}
	if (!rc)
		rc = start(server, input);
	if (rc)
		(void)fr_error_set(err, EXIT_INVALID,
			"cannot start the mock server: %s", strerror(errno));
	if (input >= 0)
		close(input);
	if (!rc && read_ready_line(server, err) < 0) {
		server_process_tell_end(server, err);
		rc = -1;
	}
	return rc;
}

/* Waits a little for its end, and leaves it a zombie. Whether it came. */
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

/* The last of what it has written to its standard error; how much. */
static size_t read_words(const struct server *server, char *text, size_t size)
{
	off_t length =
		server->words < 0 ? 0 : lseek(server->words, 0, SEEK_END);
	ssize_t got = 0;

	if (length > 0)
		got = pread(server->words, text, size,
			length > (off_t)size ? length - (off_t)size : 0);
	return got > 0 ? (size_t)got : 0;
}

/* The last line of what it wrote; "": none. */
static void read_last_line(
	const struct server *server, char line[LAST_WORDS_MAX + 1])
{
	char text[1024];
	size_t length = read_words(server, text, sizeof(text)), at;

	while (length && (text[length - 1] == '\n' || text[length - 1] == '\r'))
		length--;
	for (at = length; at && text[at - 1] != '\n'; at--)
		;
	if (length - at > LAST_WORDS_MAX)
		length = at + LAST_WORDS_MAX;
	memcpy(line, text + at, length - at);
	line[length - at] = '\0';
	/* It goes to terminals and into files. */
	for (char *c = line; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

void server_process_tell_end(const struct server *server, struct fr_error *err)
{
	char line[LAST_WORDS_MAX + 1], how[80];
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
		line[0] ? "; its last words: " : "", line);
}

/* The server's last words are not lost: they go to our standard error. */
static void hand_on_words(const struct server *server)
{
	char *text = malloc(WORDS_MAX);
	size_t length = text ? read_words(server, text, WORDS_MAX) : 0;

	if (length)
		(void)fwrite(text, 1, length, stderr);
	free(text);
}

void server_process_end(struct server *server)
{
	if (server->pid > 0) {
		/*
		 * Not SIGTERM: it would first finish, for seconds, what its
		 * clients have given up.
		 */
		kill(server->pid, SIGKILL);
		while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
			;
		hand_on_words(server);
	}
	if (server->output >= 0)
		close(server->output);
	if (server->words >= 0)
		close(server->words);
	if (server->token)
		(void)munmap(server->token, PAGE_SIZE);
}

/* sched_setattr(2): glibc 2.36 has no declaration of it. */
struct attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/* Takes another thread into account. */
static void add(struct server_standing *standing, pid_t thread)
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
	standing->policy = XXH3_64bits_withSeed(
		&attributes, sizeof(attributes), standing->policy);
	standing->nice =
		XXH3_64bits_withSeed(&nice, sizeof(nice), standing->nice);
	standing->cpus =
		XXH3_64bits_withSeed(&cpus, sizeof(cpus), standing->cpus);
	standing->threads++;
}

static struct server_standing standing_of(pid_t pid)
{
	struct server_standing standing = {0};
	struct dirent *entry;
	char path[64];
	DIR *tasks;

	(void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	tasks = opendir(path);
	while (tasks && (entry = readdir(tasks)))
		if (entry->d_name[0] != '.')
			add(&standing, (pid_t)strtol(entry->d_name, NULL, 10));
	if (tasks)
		(void)closedir(tasks);
	return standing;
}

/* See server_changed; NULL as well where they are of other threads. */
static const char *what_differs(
	const struct server_standing *before, const struct server_standing *now)
{
	if (!before->threads || before->threads != now->threads)
		return NULL;
	if (before->cpus != now->cpus)
		return "set of CPUs";
	if (before->policy != now->policy)
		return "scheduling policy";
	if (before->nice != now->nice)
		return "nice value";
	return NULL;
}

void server_process_note(struct server *server)
{
	server->standing = standing_of(server->pid);
}

const char *server_changed(const struct server *server)
{
	struct server_standing now;

	if (server->pid <= 0)
		return NULL;
	now = standing_of(server->pid);
	return what_differs(&server->standing, &now);
}
