/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows to CSV text and back, by the schemas of rows.h (RFC 4180, but lines end
 * with a bare LF). Text is cleaned of control characters on both ways, so a
 * row is always one line.
 *
 * Writing happens in memory: a caller formats what belongs together and
 * appends it with one write(2), so that a killed run leaves whole rows.
 * Nothing is shared: different threads may use different texts and files.
 */
#ifndef HARNESS_RECORD_CSV_H
#define HARNESS_RECORD_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

/* CSV text being put together; bytes[0..length) are to be written. */
struct csv_text {
	char *bytes; /* owned by the text; not ended by NUL */
	size_t length, capacity;
};

void csv_text_init(struct csv_text *text);

/* Frees the bytes; the text may be used again as after init. */
void csv_text_release(struct csv_text *text);

/* Appends the header line. Returns 0 or -ENOMEM, then text is unchanged. */
int csv_text_add_header(struct csv_text *text, const struct row_schema *schema);

/* Appends one row of that schema. Returns 0 or -ENOMEM, as above. */
int csv_text_add_row(struct csv_text *text, const struct row_schema *schema,
	const void *row);

/* A row's value in that column as text, without quotes; "": unknown. */
void csv_member(
	char text[ROWS_TEXT_MAX], const struct column *column, const void *row);

/*
 * Writes text to fd with one write(2), going on if the kernel took a part,
 * and empties it. Returns 0 or -errno.
 */
int csv_text_write(struct csv_text *text, int fd);

/*
 * Called by csv_read for each row, in the file's order; the row is the
 * reader's and ends with the call. Required. Returns 0 to go on, or any other
 * value to stop; *err is then the callback's to fill in.
 */
typedef int csv_row_fn(void *ctx, const void *row, struct fr_error *err);

/*
 * Reads the file at path. Columns are found by their names in the header line,
 * in any order; unknown ones are skipped and missing ones that are not
 * required leave their member unknown. Lines may end with LF or CRLF, and a
 * byte order mark may come first. Fields are bounded by the schema and the
 * count of columns by 256.
 *
 * A row that the schema finds a fault with, or whose name was there before, is
 * an error too.
 *
 * A last line without an end, such as a killed writer leaves, is no row:
 * *torn (may be NULL) says whether there was one.
 *
 * Returns 0, or -1 with *err naming file, line, column and what was expected,
 * or what the callback returned to stop.
 */
int csv_read(const char *path, const struct row_schema *schema,
	csv_row_fn *row_fn, void *ctx, bool *torn, struct fr_error *err);

/*
 * Whether the file's first line names the schema's columns as
 * csv_text_add_header does, so that rows may be appended: perhaps behind a byte
 * order mark, perhaps with CRLF. Returns 1, 0, or -errno.
 */
int csv_header_is(const char *path, const struct row_schema *schema);

/*
 * Finds the byte behind the header line and so many rows, as csv_read counts
 * them: empty lines are none, and those that follow the last are before *end.
 * In a file of fewer rows it is the file's end. Returns 0 or -errno.
 */
int csv_rows_end(const char *path, size_t rows, off_t *end);

#endif
