/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file consists of, found out without reading its rows. */
#include "harness/record/csv.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/mark.h"

enum { CHUNK_BYTES = 64 * 1024 }; /* of a read */

static void count_row(int terminator, void *ctx)
{
	(void)terminator;
	++*(size_t *)ctx;
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Length of the line with its end; a row can only end at a line end. */
static size_t line_length(const char *bytes, size_t most)
{
	size_t n = 0;

	while (n < most && !is_line_end(bytes[n]))
		n++;
	return n < most ? n + 1 : n;
}

/* Advances *end behind so many rows. Fails only on malformed CSV. */
static int seek_rows(
	FILE *file, struct csv_parser *parser, size_t rows, off_t *end)
{
	char chunk[CHUNK_BYTES];
	size_t seen = 0, length, n;

	while ((n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		const char *alien;
		size_t at = *end ? 0 : text_mark(chunk, n, &alien);

		*end += (off_t)at;
		for (; at < n; at += length) {
			length = line_length(chunk + at, n - at);
			if (seen == rows && !is_line_end(chunk[at]))
				return 0;
			if (csv_parse(parser, chunk + at, length, NULL,
				    count_row, &seen) != length)
				return -EINVAL;
			*end += (off_t)length;
		}
	}
	return ferror(file) ? -EIO : 0;
}

int csv_rows_end(const char *path, size_t rows, off_t *end)
{
	struct csv_parser parser;
	FILE *file = fopen(path, "re");
	int rc;

	*end = 0;
	if (!file)
		return -errno;
	rc = csv_init(&parser, CSV_STRICT) ? -ENOMEM : 0;
	if (!rc) {
		rc = seek_rows(file, &parser, rows + 1, end);
		csv_free(&parser);
	}
	(void)fclose(file);
	return rc;
}

int csv_header_is(const char *path, const struct row_schema *schema)
{
	FILE *file = fopen(path, "re");
	struct csv_text wanted = {0};
	const char *alien;
	char *line = NULL;
	size_t size = 0, mark = 0, length = 0;
	ssize_t got;
	int rc;

	if (!file)
		return -errno;
	rc = csv_text_add_header(&wanted, schema);
	/* Empty and blank lines are not the header line. */
	while (!rc && !length && (got = getline(&line, &size, file)) > 0) {
		mark = text_mark(line, (size_t)got, &alien);
		length = strcspn(line + mark, "\r\n");
		if (strspn(line + mark, " \t") == length)
			length = 0;
	}
	if (!rc && !length && ferror(file))
		rc = -errno;
	/* The last byte of `wanted` is the line end. */
	if (!rc)
		rc = length + 1 == wanted.length &&
			memcmp(line + mark, wanted.bytes, length) == 0;
	csv_text_release(&wanted);
	free(line);
	(void)fclose(file);
	return rc;
}
