/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/guardian.h"

#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIGNALLED = 128 };

void guardian_signals(sigset_t *signals)
{
	static const int numbers[] = {
		SIGCHLD, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};

	sigemptyset(signals);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaddset(signals, numbers[i]);
}

void guardian_hand_on(pid_t child, const siginfo_t *info)
{
	/* The terminal sends its signals to the child, too. */
	if (info->si_signo != SIGCHLD && info->si_code != SI_KERNEL)
		(void)kill(child, info->si_signo);
}

int guardian_status(int status)
{
	return WIFSIGNALED(status) ? SIGNALLED + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

void guardian_end_children(void)
{
	char path[64];
	int pid;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
		(int)getpid());
	do {
		FILE *children = fopen(path, "re");

		if (!children || fscanf(children, "%d", &pid) != 1)
			pid = 0;
		if (children)
			(void)fclose(children);
		if (pid) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, NULL, 0);
		}
	} while (pid);
}

/* The first process: waits for the second one. */
static int await(pid_t second, const sigset_t *signals)
{
	siginfo_t info;
	int status = 0;

	while (waitpid(second, &status, WNOHANG) != second)
		if (sigwaitinfo(signals, &info) > 0)
			guardian_hand_on(second, &info);
	guardian_end_children();
	return guardian_status(status);
}

int guardian_fork(int *status)
{
	sigset_t signals, former;
	pid_t first = getpid(), second;

	guardian_signals(&signals);
	(void)sigprocmask(SIG_BLOCK, &signals, &former);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	second = fork();
	if (second < 0)
		return -errno;
	if (second > 0) {
		*status = await(second, &signals);
		(void)sigprocmask(SIG_SETMASK, &former, NULL);
		return 1;
	}
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != first)
		_exit(1);
	(void)sigprocmask(SIG_SETMASK, &former, NULL);
	return 0;
}
