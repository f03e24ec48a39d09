/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int spawn_become(int fd, int standard)
{
	if (fd == standard)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, standard);
}

/* Returns 0, or -1 with errno. */
static int set_files(const char *directory, const int fds[3])
{
	if (directory && chdir(directory) < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0 && spawn_become(fds[i], i) < 0)
			return -1;
	return 0;
}

/* The child until exec. What fails is told through the pipe. */
static _Noreturn void become_program(char *const *words, const char *directory,
	const int fds[3], void (*confine)(void), int failure)
{
	sigset_t none;
	int error;

	(void)setpgid(0, 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (set_files(directory, fds) == 0) {
		confine();
		(void)execvp(words[0], words);
	}
	error = errno;
	_exit(write(failure, &error, sizeof(error)) < 0 ? 1 : 127);
}

int spawn_apart(pid_t *pid, char *const *words, const char *directory,
	const int fds[3], void (*confine)(void))
{
	int ends[2], error = 0;
	ssize_t got = 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	*pid = fork();
	if (*pid == 0)
		become_program(words, directory, fds, confine, ends[1]);
	if (*pid < 0)
		error = errno;
	(void)close(ends[1]);
	/* The pipe ends with exec, or with what failed before it. */
	if (!error)
		do
			got = read(ends[0], &error, sizeof(error));
		while (got < 0 && errno == EINTR);
	(void)close(ends[0]);
	if (got > 0)
		(void)waitpid(*pid, NULL, 0);
	return error;
}
