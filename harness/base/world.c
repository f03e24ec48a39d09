/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/world.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void unblock_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void world_reset_signals(void)
{
	struct sigaction action;

	for (int i = 1; i < NSIG; i++)
		if (sigaction(i, NULL, &action) == 0 &&
			action.sa_handler == SIG_IGN)
			(void)signal(i, SIG_DFL);
	unblock_signals();
}

/* open(2) returns the lowest free descriptor: the first closed one. */
static int open_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int flags = fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
			continue;
		if (open("/dev/null", flags) != fd)
			return -errno;
	}
	return 0;
}

/* Reaps all ended children. True: `main_child` is one of them. */
static bool reap(pid_t main_child, int *status)
{
	bool found = false;
	int ended;
	pid_t pid;

	while ((pid = waitpid(-1, &ended, WNOHANG)) > 0) {
		if (pid != main_child)
			continue;
		*status = ended;
		found = true;
	}
	return found;
}

/* Acts as the init process of the namespace until the child ends. */
static _Noreturn void be_init(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status = 0;

	for (;;) {
		int number = sigwaitinfo(signals, &info);

		if (number == SIGCHLD && reap(child, &status))
			break;
		/* The terminal has sent SIGINT to the child, too. */
		if (number > 0 && number != SIGCHLD &&
			info.si_code != SI_KERNEL)
			kill(child, number);
	}
	_exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				  : WEXITSTATUS(status));
}

/* In the first process of a PID namespace, returns only in a child. */
static int leave_first_place(void)
{
	static const int handed_on[] = {
		SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
	sigset_t signals;
	pid_t child;

	if (getpid() != 1)
		return 0;
	sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(handed_on) / sizeof(handed_on[0]); i++)
		sigaddset(&signals, handed_on[i]);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	child = fork();
	if (child < 0)
		return -errno;
	if (child > 0)
		be_init(child, &signals);
	unblock_signals();
	return 0;
}

int world_enter(void)
{
	int rc = open_standard();

	if (rc)
		return rc;
	unblock_signals();
	(void)signal(SIGCHLD, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)umask(umask(S_IRWXG | S_IRWXO) & (S_IRWXG | S_IRWXO));
	return leave_first_place();
}
