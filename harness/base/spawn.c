/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/spawn.h"

#include <signal.h>
#include <spawn.h>

extern char **environ;

/* Returns 0 or an errno, as the functions of posix_spawn(3) do. */
static int set_files(posix_spawn_file_actions_t *actions, const char *directory,
	const int fds[3])
{
	int rc = directory
		? posix_spawn_file_actions_addchdir_np(actions, directory)
		: 0;

	for (int i = 0; i < 3 && !rc; i++)
		if (fds[i] >= 0)
			rc = posix_spawn_file_actions_adddup2(
				actions, fds[i], i);
	return rc;
}

static int set_apart(posix_spawnattr_t *attributes)
{
	sigset_t none, defaults;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGXFSZ);
	(void)posix_spawnattr_setpgroup(attributes, 0);
	(void)posix_spawnattr_setsigmask(attributes, &none);
	(void)posix_spawnattr_setsigdefault(attributes, &defaults);
	return posix_spawnattr_setflags(attributes,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
			POSIX_SPAWN_SETSIGDEF);
}

int spawn_apart(
	pid_t *pid, char *const *words, const char *directory, const int fds[3])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int rc = posix_spawn_file_actions_init(&actions);

	if (rc)
		return rc;
	rc = posix_spawnattr_init(&attributes);
	if (!rc) {
		rc = set_files(&actions, directory, fds);
		if (!rc)
			rc = set_apart(&attributes);
		if (!rc)
			rc = posix_spawnp(pid, words[0], &actions, &attributes,
				words, environ);
		(void)posix_spawnattr_destroy(&attributes);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return rc;
}
