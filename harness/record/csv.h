/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Converts rows to CSV text and back, by the schemas of rows.h (RFC 4180, but
 * lines end with a bare LF). Both directions replace control characters, so a
 * row is always one line.
 *
 * Rows are formatted in memory. A caller appends rows that belong together
 * with one write(2), so that a killed run leaves whole rows. Different threads
 * may use different texts and files.
 */
#ifndef HARNESS_RECORD_CSV_H
#define HARNESS_RECORD_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "harness/base/error.h"
#include "harness/record/rows.h"

enum { CSV_BARE_MAX = 40 }; /* bytes of a number or word, with its NUL */

/* CSV text in memory: bytes[0..length). A text of zeros is empty. */
struct csv_text {
	char *bytes; /* owned by the text; without a final NUL */
	size_t length, capacity;
};

/* Frees the bytes. The text is then empty. */
void csv_text_release(struct csv_text *text);

/* Appends the header line. Returns 0, or -ENOMEM with *text unchanged. */
int csv_text_add_header(struct csv_text *text, const struct row_schema *schema);

/* Appends one row. Returns as above. */
int csv_text_add_row(struct csv_text *text, const struct row_schema *schema,
	const void *row);

/* Formats the value of a column as text without quotes; "": unknown. */
void csv_member(
	char text[ROWS_TEXT_MAX], const struct column *column, const void *row);

/*
 * Reads a number or word as csv_member formats it. Returns whether s is a value
 * of the column, which is no text; if not, the row is unchanged.
 */
bool csv_member_read(const struct column *column, const char *s, void *row);

/*
 * Writes the text to fd, with a single write(2) unless the kernel takes only a
 * part, and empties the text. Returns 0 or -errno.
 */
int csv_text_write(struct csv_text *text, int fd);

/*
 * Called by csv_read for each row, in the order of the file. The row is valid
 * during the call only. Returns 0 to go on; any other value stops csv_read, and
 * the callback has then filled in *err.
 */
typedef int csv_row_fn(void *ctx, const void *row, struct fr_error *err);

/*
 * Reads the file at path. The header line names the columns, in any order.
 * Unknown columns are skipped; a missing one leaves its member unknown, or is
 * an error if it is required. Lines may end with LF or CRLF, and a byte order
 * mark may come first. The schema bounds the length of fields; a file may have
 * 256 columns. A row is an error if the schema's `fault` finds one, or if an
 * earlier row has the same name.
 *
 * A last line without a line end, such as a killed writer leaves, is not a row;
 * *torn (may be NULL) tells whether there is one.
 *
 * Returns 0; or -1 with *err, which names the file, the line, the column and
 * what was expected; or the value by which the callback stopped.
 */
int csv_read(const char *path, const struct row_schema *schema,
	csv_row_fn *row_fn, void *ctx, bool *torn, struct fr_error *err);

/*
 * Tells whether the header line is the one that csv_text_add_header writes, so
 * that rows may be appended. A byte order mark and CRLF are accepted. Returns
 * 1, 0, or -errno.
 */
int csv_header_is(const char *path, const struct row_schema *schema);

/*
 * Sets *end to the offset behind the header line and `rows` rows, as csv_read
 * counts them: an empty line is not a row, and empty lines behind the last row
 * come before *end. A file with fewer rows gives the end of the file. Returns 0
 * or -errno.
 */
int csv_rows_end(const char *path, size_t rows, off_t *end);

#endif
