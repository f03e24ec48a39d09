/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void name_in(char path[PATH_MAX], const char *run)
{
	(void)snprintf(path, PATH_MAX, "%s/scratch", run);
}

/* A link in its place is not followed. Returns -1 with errno. */
static int open_folder(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Removes a folder and its files, but no folders in it. */
static void remove_folder(const char *path)
{
	int fd = open_folder(path);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder)))
		(void)unlinkat(fd, entry->d_name, 0);
	if (folder)
		(void)closedir(folder);
	else if (fd >= 0)
		close(fd);
	(void)rmdir(path);
}

/* Makes the folder. Returns 0, or -1 with errno. */
static int make(struct scratch *scratch, const char *run)
{
	const char *temporary = getenv("TMPDIR");

	if (run) {
		scratch_remove(run);
		name_in(scratch->path, run);
		return mkdir(scratch->path, 0700);
	}
	(void)snprintf(scratch->path, sizeof(scratch->path),
		"%s/flagrace-work-XXXXXX",
		temporary && *temporary ? temporary : "/tmp");
	return mkdtemp(scratch->path) ? 0 : -1;
}

int scratch_open(struct scratch *scratch, const char *run, struct fr_error *err)
{
	int error = 0;

	scratch->fd = -1;
	if (make(scratch, run) == 0) {
		scratch->fd = open_folder(scratch->path);
		if (scratch->fd >= 0)
			return 0;
		error = errno;
		scratch_close(scratch);
	} else {
		error = errno;
	}
	(void)fr_error_set(err, EXIT_INVALID,
		"cannot make the folder %.200s for saved bodies: %s",
		scratch->path, strerror(error));
	scratch->path[0] = '\0';
	return -1;
}

void scratch_close(struct scratch *scratch)
{
	if (scratch->path[0])
		remove_folder(scratch->path);
	if (scratch->fd >= 0)
		close(scratch->fd);
	scratch->path[0] = '\0';
	scratch->fd = -1;
}

void scratch_remove(const char *run)
{
	char path[PATH_MAX];

	name_in(path, run);
	remove_folder(path);
}
