/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The header of a database; https://www.sqlite.org/fileformat.html, 1.3. */
enum { HEADER_BYTES = 100, APPLICATION_ID_AT = 68 };
#define HEADER_MAGIC "SQLite format 3"

static int fail(const char *path, int error, struct fr_error *err)
{
	return fr_error_set(err, fr_status_of(error), "cannot write %.300s: %s",
		path, strerror(error));
}

/* Whether the file begins as one that an export made. */
static bool is_export(int fd)
{
	unsigned char header[HEADER_BYTES];
	const unsigned char *id = header + APPLICATION_ID_AT;

	return pread(fd, header, sizeof(header), 0) == sizeof(header) &&
		!memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) &&
		((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
			(uint32_t)id[2] << 8 | id[3]) == EXPORT_APPLICATION_ID;
}

/* Whether the file at the path may be replaced. Returns 0, or -1 with *err. */
static int check_old(const char *path, bool force, struct fr_error *err)
{
	struct stat status;
	bool ours;
	int fd;

	if (stat(path, &status) < 0)
		return errno == ENOENT ? 0 : fail(path, errno, err);
	if (S_ISDIR(status.st_mode))
		return fail(path, EISDIR, err);
	if (!S_ISREG(status.st_mode))
		return fr_error_set(err, EXIT_USAGE,
			"cannot write %.300s: it is not a regular file", path);
	if (force || status.st_size == 0)
		return 0;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(path, errno, err);
	ours = is_export(fd);
	(void)close(fd);
	return ours ? 0
		    : fr_error_set(err, EXIT_USAGE,
			      "%.300s exists and no export made it: choose "
			      "another --out, or replace it with --force",
			      path);
}

/*
 * A journal belongs to the file that is to be replaced. SQLite would apply it to
 * the new one.
 */
static int check_journals(const char *path, struct fr_error *err)
{
	static const char *const endings[] = {"-journal", "-wal"};
	int rc = 0;

	for (size_t i = 0; i < 2 && !rc; i++) {
		char *journal = NULL;

		if (asprintf(&journal, "%s%s", path, endings[i]) < 0)
			return fr_error_memory(err);
		if (access(journal, F_OK) == 0)
			rc = fr_error_set(err, EXIT_USAGE,
				"%.300s exists: another program writes to the "
				"database; end that program, or choose another "
				"--out",
				journal);
		free(journal);
	}
	return rc;
}

/* Creates the part, with the permissions that the umask leaves. */
static int create_part(struct export_file *file, struct fr_error *err)
{
	int fd;

	if (asprintf(&file->part, "%s.%ld.part", file->path, (long)getpid()) <
		0) {
		file->part = NULL;
		return fr_error_memory(err);
	}
	fd = open(file->part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		int error = errno;

		free(file->part);
		file->part = NULL;
		return fail(file->path, error, err);
	}
	(void)close(fd);
	return 0;
}

int export_file_open(struct export_file *file, const char *out, bool force,
	struct fr_error *err)
{
	int rc;

	/* A link stays, and the file that it leads to is replaced. */
	*file = (struct export_file){.path = realpath(out, NULL)};
	if (!file->path && errno == ENOENT)
		file->path = strdup(out);
	if (!file->path)
		return fail(out, errno, err);
	rc = check_old(file->path, force, err);
	if (!rc)
		rc = check_journals(file->path, err);
	if (!rc)
		rc = create_part(file, err);
	if (rc)
		export_file_release(file);
	return rc;
}

int export_file_keep(const struct export_file *file, struct fr_error *err)
{
	return rename(file->part, file->path) < 0 ? fail(file->path, errno, err)
						  : 0;
}

void export_file_release(struct export_file *file)
{
	if (file->part)
		(void)unlink(file->part);
	free(file->part);
	free(file->path);
	*file = (struct export_file){.path = NULL};
}
