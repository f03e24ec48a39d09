/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/export/export_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/text_stream.h"

int export_fail(sqlite3 *db, int rc, struct fr_error *err)
{
	int error = sqlite3_system_errno(db);

	if (rc == SQLITE_NOMEM)
		return fr_error_memory(err);
	if (rc == SQLITE_FULL && !error)
		error = ENOSPC;
	if (rc != SQLITE_FULL && (rc & 0xff) != SQLITE_IOERR)
		error = 0;
	return fr_error_set(err, EXIT_INVALID, "cannot write the database: %s",
		error ? strerror(error) : sqlite3_errmsg(db));
}

static const char *type_of(const struct column *column)
{
	switch (column->type) {
	case COLUMN_COUNT:
	case COLUMN_INTEGER:
		return "INTEGER";
	case COLUMN_REAL:
		return "REAL";
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_HASH:
		break;
	}
	return "TEXT";
}

/* The definition has each column's unit and meaning as a comment. */
static void write_definition(
	FILE *sql, const struct export_table *table, const char *lead)
{
	const struct row_schema *schema = table->schema;

	fprintf(sql, "CREATE TABLE %s (\n%s", table->name, lead);
	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];

		fprintf(sql, "\t\"%s\" %s%s%s -- %s%s%s\n", column->name,
			type_of(column), column->required ? " NOT NULL" : "",
			i + 1 < schema->count ? "," : "", column->unit,
			column->unit[0] ? ": " : "", column->meaning);
	}
	fputs(");", sql);
}

static void write_insertion(FILE *sql, const struct export_table *table)
{
	fprintf(sql, "INSERT INTO %s VALUES (?", table->name);
	for (size_t i = 1; i < (size_t)table->leads + table->schema->count; i++)
		fputs(",?", sql);
	fputs(")", sql);
}

static int create(const struct export_table *table, const char *lead,
	struct fr_error *err)
{
	char *text = NULL;
	size_t length;
	FILE *sql = open_memstream(&text, &length);
	int rc = SQLITE_NOMEM;

	if (!sql)
		return fr_error_memory(err);
	write_definition(sql, table, lead);
	if (!text_stream_close(sql, &text))
		rc = sqlite3_exec(table->db, text, NULL, NULL, NULL);
	free(text);
	return rc ? export_fail(table->db, rc, err) : 0;
}

static int prepare(struct export_table *table, struct fr_error *err)
{
	char *text = NULL;
	size_t length;
	FILE *sql = open_memstream(&text, &length);
	int rc = SQLITE_NOMEM;

	if (!sql)
		return fr_error_memory(err);
	write_insertion(sql, table);
	if (!text_stream_close(sql, &text))
		rc = sqlite3_prepare_v3(table->db, text, -1,
			SQLITE_PREPARE_PERSISTENT, &table->insert, NULL);
	free(text);
	return rc ? export_fail(table->db, rc, err) : 0;
}

int export_table_open(struct export_table *table, sqlite3 *db, const char *name,
	const char *lead, int leads, const struct row_schema *schema,
	struct fr_error *err)
{
	*table = (struct export_table){
		.db = db, .name = name, .schema = schema, .leads = leads};
	table->last = malloc(schema->row_size);
	table->bare = calloc(schema->count, sizeof(*table->bare));
	if (!table->last || !table->bare)
		return fr_error_memory(err);
	if (create(table, lead, err))
		return -1;
	return prepare(table, err);
}

void export_table_release(struct export_table *table)
{
	(void)sqlite3_finalize(table->insert);
	free(table->last);
	free(table->bare);
	*table = (struct export_table){.db = NULL};
}

static int bind_text(sqlite3_stmt *insert, int at, const char *text)
{
	return text[0] ? sqlite3_bind_text(insert, at, text, -1, SQLITE_STATIC)
		       : sqlite3_bind_null(insert, at);
}

static int bind_count(sqlite3_stmt *insert, int at, uint64_t count)
{
	if (count == FR_UNKNOWN)
		return sqlite3_bind_null(insert, at);
	return count > INT64_MAX
		? SQLITE_TOOBIG
		: sqlite3_bind_int64(insert, at, (sqlite3_int64)count);
}

/* Binds the value of column i of table->last, at the same place as there. */
static int bind_value(const struct export_table *table, size_t i)
{
	const struct column *column = &table->schema->columns[i];
	const unsigned char *member = table->last + column->offset;
	int at = table->leads + 1 + (int)i;
	char text[ROWS_TEXT_MAX];
	uint64_t count;
	double real;

	switch (column->type) {
	case COLUMN_COUNT:
		memcpy(&count, member, sizeof(count));
		return bind_count(table->insert, at, count);
	case COLUMN_INTEGER:
		memcpy(&count, member, sizeof(count));
		return sqlite3_bind_int64(
			table->insert, at, (sqlite3_int64)count);
	case COLUMN_REAL:
		memcpy(&real, member, sizeof(real));
		/* SQLite makes NULL of NaN. */
		return sqlite3_bind_double(table->insert, at, real);
	case COLUMN_TEXT:
		return bind_text(table->insert, at, (const char *)member);
	case COLUMN_WORD:
	case COLUMN_HASH:
		break;
	}
	csv_member(text, column, table->last);
	(void)memccpy(table->bare[i], text, '\0', CSV_BARE_MAX);
	return bind_text(table->insert, at, table->bare[i]);
}

/* Whether two rows have the same value of the column. */
static bool is_same(const struct column *column, const void *a, const void *b)
{
	const char *first = (const char *)a + column->offset;
	const char *second = (const char *)b + column->offset;

	if (column->type == COLUMN_TEXT)
		return !strcmp(first, second);
	return column->size == sizeof(uint64_t)
		? !memcmp(first, second, sizeof(uint64_t))
		: !memcmp(first, second, column->size);
}

/* Most values are those of the row before, and stay bound. */
static int bind_row(struct export_table *table, const void *row)
{
	int rc = 0;

	for (size_t i = 0; i < table->schema->count && !rc; i++) {
		const struct column *column = &table->schema->columns[i];

		if (table->bound && is_same(column, table->last, row))
			continue;
		memcpy(table->last + column->offset,
			(const char *)row + column->offset, column->size);
		rc = bind_value(table, i);
	}
	table->bound = true;
	return rc;
}

int export_table_add(
	struct export_table *table, const void *row, struct fr_error *err)
{
	int rc = bind_row(table, row);

	if (!rc) {
		(void)sqlite3_step(table->insert);
		rc = sqlite3_reset(table->insert);
	}
	return rc ? export_fail(table->db, rc, err) : 0;
}
