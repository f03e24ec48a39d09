/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the reader of CSV files by its writer, and the writer by its reader. The
 * first byte chooses the schema and the direction. Each row that is read from
 * arbitrary bytes is written and read again, and is then the same. A row whose
 * members are arbitrary bytes is written, read and written again, as the same
 * text, unless the schema finds a fault in it.
 */
#include "harness/record/csv.h"
#include "tests/fuzz/fuzz.h"

union any_row {
	struct trial_row trial;
	struct request_row request;
	struct connection_row connection;
};

static const struct row_schema *const schemas[] = {
	&trial_schema, &request_schema, &connection_schema};

enum { SCHEMAS = sizeof(schemas) / sizeof(schemas[0]) };

struct rows {
	const struct row_schema *schema;
	struct csv_text text; /* of all rows that were read */
	size_t count;
};

static int keep(void *ctx, const void *row, struct fr_error *err)
{
	struct rows *rows = ctx;

	(void)err;
	require(csv_text_add_row(&rows->text, rows->schema, row) == 0);
	rows->count++;
	return 0;
}

/* Returns what csv_read returned. */
static int read_rows(struct rows *rows, const void *bytes, size_t length)
{
	struct fuzz_file file = fuzz_file_of(bytes, length);
	struct fr_error err = {0};
	bool torn;
	int rc;

	require(csv_text_add_header(&rows->text, rows->schema) == 0);
	rc = csv_read(file.path, rows->schema, keep, rows, &torn, &err);
	require(rc == 0 || err.text[0] != '\0');
	(void)close(file.fd);
	return rc;
}

static void require_same(const struct rows *first, const struct rows *again)
{
	require(again->count == first->count);
	require(again->text.length == first->text.length);
	require(memcmp(again->text.bytes, first->text.bytes,
			first->text.length) == 0);
}

static void read_and_write(
	const struct row_schema *schema, const uint8_t *data, size_t size)
{
	struct rows first = {.schema = schema}, again = {.schema = schema};

	(void)read_rows(&first, data, size);
	require(read_rows(&again, first.text.bytes, first.text.length) == 0);
	require_same(&first, &again);
	csv_text_release(&first.text);
	csv_text_release(&again.text);
}

/* Sets a member to bytes of the input. Returns how many it took. */
static size_t fill(const struct column *column, void *row, const uint8_t *data,
	size_t size)
{
	char *member = (char *)row + column->offset;
	size_t length = column->size < size ? column->size : size;

	if (column->type == COLUMN_WORD) {
		unsigned word =
			size ? data[0] % (unsigned)column->word_count : 0;

		require(column->size == sizeof(word));
		memcpy(member, &word, sizeof(word));
		return size > 0;
	}
	if (column->type == COLUMN_TEXT) {
		length = strnlen((const char *)data, length);
		(void)row_text(
			member, column->size, (const char *)data, length);
		return length + (length < size);
	}
	memcpy(member, data, length);
	return length;
}

static void write_and_read(
	const struct row_schema *schema, const uint8_t *data, size_t size)
{
	struct rows first = {.schema = schema}, again = {.schema = schema};
	struct rows third = {.schema = schema};
	union any_row row;

	row_init(schema, &row);
	for (size_t i = 0; i < schema->count && size; i++) {
		size_t used = fill(&schema->columns[i], &row, data, size);

		data += used;
		size -= used;
	}
	require(csv_text_add_header(&first.text, schema) == 0);
	require(csv_text_add_row(&first.text, schema, &row) == 0);
	/* A real number may be written with fewer digits than it has. */
	if (read_rows(&again, first.text.bytes, first.text.length) == 0) {
		require(again.count == 1);
		require(read_rows(&third, again.text.bytes,
				again.text.length) == 0);
		require_same(&again, &third);
		require(again.text.length == first.text.length);
	}
	csv_text_release(&first.text);
	csv_text_release(&again.text);
	csv_text_release(&third.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	if (data[0] & 0x80)
		write_and_read(schemas[data[0] % SCHEMAS], data + 1, size - 1);
	else
		read_and_write(schemas[data[0] % SCHEMAS], data + 1, size - 1);
	return 0;
}
