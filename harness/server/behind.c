/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/server/behind.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/base/guardian.h"
#include "harness/server/forward.h"
#include "link/link.h"

/* In each child: ends with this process. */
static void attach(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
}

static _Noreturn void become_server(int listener, int output)
{
	char number[16];

	/* The copies stay open in exec. */
	(void)snprintf(number, sizeof(number), "%d",
		fcntl(listener, F_DUPFD, STDERR_FILENO + 1));
	(void)dup2(output, STDOUT_FILENO);
	(void)execl("/proc/self/exe", "flagrace", "serve", "--port", "0",
		"--tls", "--listen-fd", number, (char *)NULL);
	_exit(EXIT_FAILURE);
}

/*
 * Starts the server, or what leads to the one on the host (target), and waits
 * until it is ready. Returns its PID, or -1.
 */
static pid_t start_server(int listener, const struct address *target)
{
	pid_t parent = getpid(), pid;
	char first;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (pid == 0) {
		attach(parent);
		/* Ctrl-C is for the command. */
		(void)setpgid(0, 0);
		if (!target)
			become_server(listener, ends[1]);
		(void)close(ends[1]);
		(void)forward_run(listener, target);
		_exit(EXIT_FAILURE);
	}
	(void)close(ends[1]);
	/* The server prints its address; if it cannot, it says why. */
	if (pid > 0 && !target)
		(void)!read(ends[0], &first, 1);
	(void)close(ends[0]);
	return pid;
}

/* former: the signals that were blocked before. */
static pid_t start_command(
	const struct behind *behind, const sigset_t *former, char *const *words)
{
	enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };
	pid_t parent = getpid(), pid = fork();
	char url[64];
	int rc;

	if (pid)
		return pid;
	rc = link_enter(behind->link);
	/* After that, since a change of credentials takes it back. */
	attach(parent);
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, former, NULL);
	(void)snprintf(url, sizeof(url), "http://" LINK_SERVER_ADDRESS ":%u",
		behind->port);
	if (!rc && setenv("FLAGRACE_URL", url, 1) == 0) {
		(void)execvp(words[0], words);
		rc = -errno;
	}
	fprintf(stderr, "flagrace link: cannot run '%s': %s\n", words[0],
		strerror(-rc));
	_exit(rc == -ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

/* Whether the child has ended, and how. */
static bool has_ended(pid_t *pid, int *status)
{
	if (*pid < 0 || waitpid(*pid, status, WNOHANG) != *pid)
		return false;
	*pid = -1;
	return true;
}

/* Whether what carries the packets and answers is still there. */
static bool is_whole(struct behind *behind)
{
	struct pollfd end = {.fd = link_end_fd(behind->link), .events = POLLIN};
	int status;

	return !has_ended(&behind->server, &status) && poll(&end, 1, 0) == 0;
}

/* Waits for the command, and hands signals on to it. Returns its status. */
static int await(struct behind *behind, pid_t parent, struct fr_error *err)
{
	int status = 0;
	siginfo_t info;

	while (!has_ended(&behind->command, &status)) {
		if (!is_whole(behind))
			return fr_error_set(err, EXIT_INVALID,
				"the server or the relay has ended; the "
				"command was killed");
		if (sigwaitinfo(&behind->signals, &info) < 0)
			continue;
		if (getppid() != parent)
			return fr_error_set(err, EXIT_INTERRUPTED,
				"the process that was started was killed");
		guardian_hand_on(behind->command, &info);
	}
	return guardian_status(status);
}

/* Kills the child, if it is one, and reaps it. */
static void end(pid_t pid)
{
	if (pid <= 0)
		return;
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

int behind_run(struct behind *behind, char *const *words, struct fr_error *err)
{
	sigset_t former;
	pid_t parent;

	behind->server = behind->command = -1;
	guardian_signals(&behind->signals);
	(void)sigprocmask(SIG_BLOCK, &behind->signals, &former);
	parent = getppid();
	behind->server = start_server(behind->listener, behind->target);
	if (behind->server > 0)
		behind->command = start_command(behind, &former, words);
	if (behind->server < 0 || behind->command < 0)
		return fr_error_set(err, EXIT_INVALID,
			"cannot start a process: %s", strerror(errno));
	return await(behind, parent, err);
}

void behind_end(struct behind *behind)
{
	end(behind->command);
	end(behind->server);
	if (behind->listener >= 0)
		(void)close(behind->listener);
	link_close(behind->link);
	guardian_end_children();
}
