/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/base/files.h"

/* The beginning of the name of an agent's folder. */
#define WORK_NAME "flagrace-work-"

static void name_in(char path[PATH_MAX], const char *run)
{
	(void)snprintf(path, PATH_MAX, "%s/scratch", run);
}

/* A link in its place is not followed. Returns -1 with errno. */
static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/*
 * Removes the folder at path, which is open as fd, and its files, but no folders
 * in it. Closes fd. Needs no further descriptor.
 */
static void remove_opened(const char *path, int fd)
{
	DIR *folder = fdopendir(fd);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		(void)unlinkat(fd, entry->d_name, 0);
	(void)rmdir(path);
	if (folder)
		(void)closedir(folder);
	else
		close(fd);
}

static void remove_folder(const char *path)
{
	int fd = open_folder(path);

	if (fd >= 0)
		remove_opened(path, fd);
	else
		(void)rmdir(path);
}

/* Removes a folder of this user that no agent has locked. */
static void remove_unlocked(const char *path)
{
	int fd = open_folder(path);
	struct stat folder;

	if (fd < 0)
		return;
	if (fstat(fd, &folder) == 0 && folder.st_uid == geteuid() &&
		flock(fd, LOCK_EX | LOCK_NB) == 0)
		remove_folder(path);
	close(fd);
}

/* Removes the folders that killed agents have left. */
static void sweep(const char *temporary)
{
	DIR *folder = opendir(temporary);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (folder && (entry = readdir(folder)))
		if (strncmp(entry->d_name, WORK_NAME, strlen(WORK_NAME)) == 0 &&
			snprintf(path, sizeof(path), "%s/%s", temporary,
				entry->d_name) < (int)sizeof(path))
			remove_unlocked(path);
	if (folder)
		(void)closedir(folder);
}

static int make_in_run(struct scratch *scratch, const char *run)
{
	scratch_remove(run);
	name_in(scratch->path, run);
	if (mkdir(scratch->path, 0700) < 0)
		return -errno;
	scratch->fd = open_folder(scratch->path);
	return scratch->fd < 0 ? -errno : 0;
}

/* As it does not exist when the lock is had, another agent has swept it. */
static bool is_swept(int fd)
{
	struct stat folder;

	return fstat(fd, &folder) == 0 && folder.st_nlink == 0;
}

/* The kernel drops the lock when the agent and its trial have ended. */
static int make_temporary(struct scratch *scratch)
{
	const char *temporary = files_temporary();

	sweep(temporary);
	for (;;) {
		(void)snprintf(scratch->path, sizeof(scratch->path),
			"%s/" WORK_NAME "XXXXXX", temporary);
		if (!mkdtemp(scratch->path))
			return -errno;
		scratch->fd = open_folder(scratch->path);
		if (scratch->fd < 0 && errno != ENOENT)
			return -errno;
		if (scratch->fd < 0)
			continue;
		if (flock(scratch->fd, LOCK_EX) < 0)
			return -errno;
		if (!is_swept(scratch->fd))
			return 0;
		close(scratch->fd);
	}
}

int scratch_open(struct scratch *scratch, const char *run, struct fr_error *err)
{
	int rc;

	scratch->fd = -1;
	rc = run ? make_in_run(scratch, run) : make_temporary(scratch);
	if (!rc)
		return 0;
	(void)fr_error_set(err, EXIT_INVALID,
		"cannot make the folder %.200s for saved bodies: %s",
		scratch->path, strerror(-rc));
	scratch_close(scratch);
	return -1;
}

void scratch_close(struct scratch *scratch)
{
	if (scratch->fd >= 0)
		remove_opened(scratch->path, scratch->fd);
	else if (scratch->path[0])
		remove_folder(scratch->path);
	scratch->path[0] = '\0';
	scratch->fd = -1;
}

void scratch_remove(const char *run)
{
	char path[PATH_MAX];

	name_in(path, run);
	remove_folder(path);
}
