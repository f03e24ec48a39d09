/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of an export: which file it may replace, and how. One thread. */
#ifndef HARNESS_EXPORT_EXPORT_FILE_H
#define HARNESS_EXPORT_EXPORT_FILE_H

#include <stdbool.h>

#include "harness/base/error.h"

/* PRAGMA application_id of each export: "flrc". */
#define EXPORT_APPLICATION_ID 0x666c7263

struct export_file {
	char *path; /* of the database; owned */
	char *part; /* of the file that becomes the database; owned */
};

/*
 * Checks that `out` may be replaced, and creates the empty file `part` beside
 * it. Returns 0, or -1 with *err and nothing to release.
 */
int export_file_open(struct export_file *file, const char *out, bool force,
	struct fr_error *err);

/* Renames `part` to `path`. Returns 0, or -1 with *err. */
int export_file_keep(const struct export_file *file, struct fr_error *err);

/* Removes `part` if it is still there. */
void export_file_release(struct export_file *file);

#endif
