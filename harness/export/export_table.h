/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of the database whose columns are those of a schema, after a few
 * leading ones. Numbers become INTEGER or REAL, everything else TEXT, and what
 * is unknown NULL. One thread.
 */
#ifndef HARNESS_EXPORT_EXPORT_TABLE_H
#define HARNESS_EXPORT_EXPORT_TABLE_H

#include <sqlite3.h>

#include "harness/base/error.h"
#include "harness/record/csv.h"

struct export_table {
	sqlite3 *db; /* borrowed */
	const char *name;
	const struct row_schema *schema;
	int leads; /* columns before those of the schema */
	sqlite3_stmt *insert;
	unsigned char *last; /* the row whose values are bound; owned */
	char (*bare)
		[CSV_BARE_MAX]; /* bound words and hashes, by column; owned */
	bool bound;             /* `last` is a row */
};

/*
 * Creates the table and prepares its insertion. `lead` has the definitions of
 * the leading columns, `leads` of them, each followed by a comma and perhaps a
 * comment. Returns 0 or -1, with *err; the caller releases the table in either
 * case.
 */
int export_table_open(struct export_table *table, sqlite3 *db, const char *name,
	const char *lead, int leads, const struct row_schema *schema,
	struct fr_error *err);

/*
 * Adds a row. The caller has bound the leading columns of table->insert, which
 * keep their values from row to row. Returns 0, or -1 with *err.
 */
int export_table_add(
	struct export_table *table, const void *row, struct fr_error *err);

void export_table_release(struct export_table *table);

/* Fills in *err with what the database reports for rc. Returns -1. */
int export_fail(sqlite3 *db, int rc, struct fr_error *err);

#endif
