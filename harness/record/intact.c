/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/intact.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum intact intact_look(int fd, const char *path, off_t bytes)
{
	struct stat ours, there;

	if (fstat(fd, &ours) < 0)
		return INTACT_UNKNOWN;
	if (stat(path, &there) < 0)
		return errno == ENOENT || errno == ENOTDIR ? INTACT_REMOVED
							   : INTACT_UNKNOWN;
	if (ours.st_dev != there.st_dev || ours.st_ino != there.st_ino)
		return INTACT_OTHER;
	return ours.st_size == bytes ? INTACT_WHOLE : INTACT_CHANGED;
}

int intact_copy(int fd, const char *path, off_t from)
{
	char self[40];
	ssize_t sent = 1;
	int in, out, rc = 0;

	/* fd may be open for writing only, so the file is opened again. */
	(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
	in = open(self, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return -errno;
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (out < 0)
		rc = -errno;
	while (!rc && sent > 0) {
		sent = sendfile(out, in, &from, 1 << 24);
		if (sent < 0)
			rc = -errno;
	}
	if (!rc)
		rc = intact_sync(out);
	if (out >= 0 && close(out) < 0 && !rc)
		rc = -errno;
	if (out >= 0 && rc)
		(void)unlink(path);
	close(in);
	return rc;
}

int intact_sync(int fd)
{
	if (fdatasync(fd) == 0 || errno == EINVAL || errno == EROFS)
		return 0;
	return -errno;
}

int intact_sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -errno : 0;

	/* Some file systems cannot synchronize a folder. */
	if (!rc && fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
		rc = -errno;
	if (fd >= 0)
		close(fd);
	return rc;
}
