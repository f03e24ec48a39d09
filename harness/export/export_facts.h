/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What run.json says of a run, as a row of the table runs. One thread. */
#ifndef HARNESS_EXPORT_EXPORT_FACTS_H
#define HARNESS_EXPORT_EXPORT_FACTS_H

#include "harness/export/export_table.h"
#include "harness/record/host.h"

/* The columns before those of host_schema. */
/* clang-format off */
#define EXPORT_FACTS_LEAD \
	"\trun_id INTEGER PRIMARY KEY, -- its place on the command line\n" \
	"\tfolder TEXT NOT NULL, -- as it was given\n" \
	"\trun TEXT, -- name of the run\n" \
	"\tstarted_at TEXT, -- UTC: when it began, ISO 8601\n" \
	"\tsuite TEXT,\n" \
	"\tcommand_line TEXT, -- JSON: an array of words\n" \
	"\tsettings TEXT, -- JSON: an object\n" \
	"\tsuite_text TEXT, -- the suite's file\n"
/* clang-format on */
#define EXPORT_FACTS_LEADS 8

/*
 * Adds the row of the run in `dir`. Without a run.json all but the name and the
 * folder is NULL. Returns 0, or -1 with *err.
 */
int export_facts(struct export_table *runs, const char *dir, int run_id,
	struct fr_error *err);

#endif
