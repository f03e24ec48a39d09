/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fuzzes the reader of CSV files by its writer: each row that is read from
 * arbitrary bytes is written and read again, and is then the same. The first
 * byte chooses the schema.
 */
#include "harness/record/csv.h"
#include "tests/fuzz/fuzz.h"

union any_row {
	struct trial_row trial;
	struct request_row request;
};

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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rows first = {0}, again = {0};

	if (size < 1)
		return 0;
	first.schema = data[0] % 2 ? &trial_schema : &request_schema;
	again.schema = first.schema;
	(void)read_rows(&first, data + 1, size - 1);
	require(read_rows(&again, first.text.bytes, first.text.length) == 0);
	require(again.count == first.count);
	require(again.text.length == first.text.length);
	require(memcmp(again.text.bytes, first.text.bytes, first.text.length) ==
		0);
	csv_text_release(&first.text);
	csv_text_release(&again.text);
	return 0;
}
