/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the pictures' files come to be: written beside the file they are to
 * replace and then renamed, so that a full disk costs no earlier picture.
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

int plots_write_file(const char *directory, const struct row_schema *schema,
	struct csv_text *text, int made, struct fr_error *err)
{
	char *path = NULL;
	int rc;

	if (made || asprintf(&path, "%s/%s", directory, schema->file) < 0)
		rc = fr_error_memory(err);
	else
		rc = plots_replace(path, text->bytes, text->length, err);
	free(path);
	csv_text_release(text);
	return rc;
}
