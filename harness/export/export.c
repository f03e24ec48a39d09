/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export_views.h"
#include "harness/base/text_stream.h"
#include "harness/export/export_file.h"
#include "harness/export/export_run.h"
#include "harness/runs/grouping.h"
#include "harness/runs/trials.h"

#define TEXT(number)  #number
#define DIGITS(macro) TEXT(macro)

/*
 * Nobody reads the file before it is renamed, so it needs no journal. The cache
 * bounds the memory.
 */
static const char settings[] =
	"PRAGMA page_size = 32768;"
	"PRAGMA journal_mode = OFF;"
	"PRAGMA synchronous = OFF;"
	"PRAGMA locking_mode = EXCLUSIVE;"
	"PRAGMA cache_size = -65536;"
	"PRAGMA application_id = " DIGITS(
		EXPORT_APPLICATION_ID) ";"
				       "PRAGMA user_version = " DIGITS(
					       ROWS_SCHEMA_VERSION) ";"
								    "BEGIN";

static int execute(sqlite3 *db, const char *sql, struct fr_error *err)
{
	int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return rc ? export_fail(db, rc, err) : 0;
}

/* Writes the columns that identify a cell: listed, or compared with a trial's. */
static void write_keys(FILE *sql, bool compared)
{
	char keys[] = GROUPING_BY_CELL;
	char *rest = keys;

	for (const char *key; (key = strsep(&rest, ","));)
		if (compared)
			fprintf(sql, " AND cells.\"%s\" IS trials.\"%s\"", key,
				key);
		else
			fprintf(sql, ", \"%s\"", key);
}

/* Tells each trial its cell: the one with the same keys. */
static int join_cells(sqlite3 *db, struct fr_error *err)
{
	char *text = NULL;
	size_t length;
	FILE *sql = open_memstream(&text, &length);
	int rc;

	if (!sql)
		return fr_error_memory(err);
	fputs("CREATE INDEX cells_of_run ON cells (run_id", sql);
	write_keys(sql, false);
	fputs(");\nUPDATE trials SET cell_id = (SELECT cell_id FROM cells "
	      "WHERE cells.run_id = trials.run_id",
		sql);
	write_keys(sql, true);
	fputs(")", sql);
	rc = text_stream_close(sql, &text) ? fr_error_memory(err)
					   : execute(db, text, err);
	free(text);
	return rc;
}

static int fill(struct export_counts *counts, sqlite3 *db,
	const struct export_terms *terms, struct fr_error *err)
{
	struct export_tables tables;
	int rc = export_tables_open(&tables, db, err);

	for (size_t i = 0; !rc && i < terms->runs; i++)
		rc = export_run(&tables, counts, terms->run_dirs[i], (int)i + 1,
			terms->stop_fd, err);
	export_tables_release(&tables);
	if (!rc)
		rc = join_cells(db, err);
	if (!rc)
		rc = execute(db, sql_views_sql, err);
	return rc ? -1 : execute(db, "COMMIT", err);
}

static int write_part(struct export_counts *counts, const char *part,
	const struct export_terms *terms, struct fr_error *err)
{
	sqlite3 *db = NULL;
	int rc;

	/* There is one thread, and nobody asks for the memory in use. */
	(void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	rc = sqlite3_open_v2(
		part, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	rc = rc ? export_fail(db, rc, err) : execute(db, settings, err);
	if (!rc)
		rc = fill(counts, db, terms, err);
	if (sqlite3_close(db) != SQLITE_OK && !rc)
		rc = export_fail(db, SQLITE_BUSY, err);
	return rc;
}

int export_sqlite(struct export_counts *counts,
	const struct export_terms *terms, struct fr_error *err)
{
	struct export_file file;
	int rc;

	*counts = (struct export_counts){0};
	if (trials_survey(NULL, terms->run_dirs, terms->runs, err) ||
		export_file_open(&file, terms->out, terms->force, err))
		return -1;
	rc = write_part(counts, file.part, terms, err);
	if (!rc)
		rc = export_file_keep(&file, err);
	export_file_release(&file);
	return rc;
}
