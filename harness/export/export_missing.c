/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands for export.c where the build found no SQLite. */
#include "harness/export/export.h"

int export_sqlite(struct export_counts *counts,
	const struct export_terms *terms, struct fr_error *err)
{
	(void)terms;
	*counts = (struct export_counts){0};
	return fr_error_set(err, EXIT_INVALID,
		"this flagrace was built without SQLite: install "
		"libsqlite3-dev (Debian) and build it again");
}
