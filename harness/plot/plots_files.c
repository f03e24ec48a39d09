/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the pictures' files come to be: kept in memory, then written beside the
 * file they are to replace and renamed, so that a full disk costs no earlier
 * picture.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/plot/plots_rows.h"

int plots_file_error(struct fr_error *err, const char *path, int error)
{
	return fr_error_set(
		err, fr_status_of(error), "%s: %s", path, strerror(error));
}

/* Makes the file, which must not be there. Returns 0 or -errno. */
static int write_new(const char *path, const char *bytes, size_t length)
{
	FILE *file = fopen(path, "wxe");
	int rc = 0;

	if (!file)
		return -errno;
	if (fwrite(bytes, 1, length, file) != length)
		rc = -errno;
	if (fclose(file) && !rc)
		rc = -errno;
	if (rc)
		(void)unlink(path);
	return rc;
}

int plots_replace(const char *path, const char *bytes, size_t length,
	struct fr_error *err)
{
	char *part = NULL;
	int rc;

	if (asprintf(&part, "%s.%ld.part", path, (long)getpid()) < 0)
		return fr_error_memory(err);
	rc = write_new(part, bytes, length);
	if (!rc && rename(part, path)) {
		rc = -errno;
		(void)unlink(part);
	}
	free(part);
	return rc ? plots_file_error(err, path, -rc) : 0;
}

int plots_keep(struct plots_files *files, const struct row_schema *schema,
	struct csv_text *text, int made, struct fr_error *err)
{
	struct plots_file *file = &files->file[files->count];

	if (made || files->count == PLOTS_FILES_MAX) {
		csv_text_release(text);
		return fr_error_memory(err);
	}
	(void)snprintf(file->name, sizeof(file->name), "%s", schema->file);
	file->text = *text;
	*text = (struct csv_text){0};
	files->count++;
	return 0;
}

bool plots_have(const struct plots_files *files, const char *name)
{
	for (size_t i = 0; i < files->count; i++)
		if (!strcmp(files->file[i].name, name))
			return true;
	return false;
}

void plots_files_release(struct plots_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		csv_text_release(&files->file[i].text);
	files->count = 0;
}
