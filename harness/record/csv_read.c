/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads CSV into rows. libcsv parses the quoting. It gets one line at a time,
 * so that an error can name its line, and its allocations are limited here.
 */
#include "harness/record/csv.h"

#include <csv.h>
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/mark.h"

enum {
	COLUMNS_MAX = 256,       /* of a file, unknown ones included */
	FIELD_MAX = 64 * 1024,   /* bytes of a field */
	CHUNK_BYTES = 64 * 1024, /* of a read */
};

struct csv_reader {
	const struct row_schema *schema;
	csv_row_fn *row_fn;
	void *ctx;
	struct fr_error *err;
	const char *path;
	unsigned char *row;   /* the row that is being filled */
	unsigned char *blank; /* a row of which nothing is known */
	int status;           /* not 0: stop; *err is filled in */
	uint64_t line;        /* number of the current line, from 1 */
	bool have_header;     /* the header line has been read */
	bool in_row;          /* libcsv has a part of a row, or an empty line */
	size_t field;         /* index of the next field */
	size_t fields;        /* of the header line */
	const struct column *map[COLUMNS_MAX]; /* by field; NULL: unknown */
	void *names; /* of the rows so far: a tree, tsearch(3) */
};

#define FAIL(reader, format, ...)                                           \
	((reader)->status = fr_error_set((reader)->err, EXIT_USAGE,         \
		 "%s:%" PRIu64 ": " format, (reader)->path, (reader)->line, \
		 __VA_ARGS__))

/* Reports a field that does not fit its column. */
static void reject(struct csv_reader *reader, const struct column *column,
	const char *expected, const char *s, size_t length)
{
	char found[33];

	(void)row_text(found, sizeof(found), s, length);
	FAIL(reader, "column %s: expected %s, found \"%s\"", column->name,
		expected, found);
}

static const struct column *find_column(
	const struct row_schema *schema, const char *s, size_t length)
{
	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];

		if (strlen(column->name) == length &&
			!memcmp(column->name, s, length))
			return column;
	}
	return NULL;
}

static void take_name(struct csv_reader *reader, const char *s, size_t length)
{
	const struct column *column = find_column(reader->schema, s, length);

	for (size_t i = 0; column && i < reader->fields; i++) {
		if (reader->map[i] == column) {
			FAIL(reader, "column %s appears twice", column->name);
			return;
		}
	}
	reader->map[reader->fields++] = column;
}

/* Takes a number or a word; an empty field leaves its member unknown. */
static void take_bare(struct csv_reader *reader, const struct column *column,
	const char *s, size_t length)
{
	static const char *const expected[] = {
		[COLUMN_COUNT] = "a whole number",
		[COLUMN_INTEGER] = "a whole number",
		[COLUMN_REAL] = "a number",
		[COLUMN_HASH] = "16 hex digits",
		[COLUMN_WORD] = "one of its words",
	};
	char bare[CSV_BARE_MAX];
	bool fits = length < sizeof(bare) && !memchr(s, '\0', length);

	if (!length)
		return;
	if (fits) {
		memcpy(bare, s, length);
		bare[length] = '\0';
	}
	if (!fits || !csv_member_read(column, bare, reader->row))
		reject(reader, column, expected[column->type], s, length);
}

static void take_text(struct csv_reader *reader, const struct column *column,
	const char *s, size_t length)
{
	char *member = (char *)reader->row + column->offset;

	if (!row_text(member, column->size, s, length))
		FAIL(reader, "column %s: expected at most %zu bytes",
			column->name, column->size - 1);
}

static void take_value(struct csv_reader *reader, const char *s, size_t length)
{
	const struct column *column = reader->field < reader->fields
		? reader->map[reader->field]
		: NULL;

	if (!column)
		return;
	if (column->required && !length)
		reject(reader, column, "a value", s, length);
	else if (column->type == COLUMN_TEXT)
		take_text(reader, column, s, length);
	else
		take_bare(reader, column, s, length);
}

static void on_field(void *field, size_t length, void *ctx)
{
	struct csv_reader *reader = ctx;
	const char *s = field ? field : "";

	if (reader->status)
		return;
	if (!reader->have_header && reader->field >= COLUMNS_MAX)
		FAIL(reader, "expected at most %d columns", COLUMNS_MAX);
	else if (!reader->have_header)
		take_name(reader, s, length);
	else
		take_value(reader, s, length);
	reader->field++;
}

static void check_header(struct csv_reader *reader)
{
	for (size_t i = 0; i < reader->schema->count; i++) {
		const struct column *column = &reader->schema->columns[i];
		bool found = !column->required;

		for (size_t j = 0; j < reader->fields && !found; j++)
			found = reader->map[j] == column;
		if (!found) {
			FAIL(reader, "expected a column %s", column->name);
			return;
		}
	}
	reader->have_header = true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Remembers the name of the row; a repeated name is an error. */
static void take_row_name(struct csv_reader *reader)
{
	char name[ROWS_TEXT_MAX], *copy, **known;

	reader->schema->name(name, reader->row);
	copy = strdup(name);
	known = copy ? tsearch(copy, &reader->names, compare_names) : NULL;
	if (known && *known == copy)
		return;
	free(copy);
	if (known)
		FAIL(reader, "%s appears twice", name);
	else
		reader->status = fr_error_memory(reader->err);
}

/* Checks what no single column can show. */
static bool accept_row(struct csv_reader *reader)
{
	const struct row_schema *schema = reader->schema;
	const char *fault = schema->fault ? schema->fault(reader->row) : NULL;

	if (fault)
		FAIL(reader, "%s", fault);
	else if (schema->name)
		take_row_name(reader);
	return !reader->status;
}

static void on_row(int terminator, void *ctx)
{
	struct csv_reader *reader = ctx;

	(void)terminator;
	if (reader->status)
		return;
	if (!reader->have_header)
		check_header(reader);
	else if (reader->field != reader->fields)
		FAIL(reader, "expected %zu fields, found %zu", reader->fields,
			reader->field);
	else if (accept_row(reader))
		reader->status =
			reader->row_fn(reader->ctx, reader->row, reader->err);
	memcpy(reader->row, reader->blank, reader->schema->row_size);
	reader->field = 0;
	reader->in_row = false;
}

/* Limits a field, since an unclosed quote would take the rest of the file. */
static void *bounded_realloc(void *memory, size_t size)
{
	return size > FIELD_MAX ? NULL : realloc(memory, size);
}

/*
 * Whether a line with its end is nothing but fields and commas: no quotes, and no
 * blanks, which libcsv takes off. Nearly all lines are, and need no libcsv.
 */
static bool is_plain(const char *line, size_t length)
{
	return length > 1 && line[length - 1] == '\n' &&
		!memchr(line, '"', length) && !memchr(line, '\r', length) &&
		!memchr(line, ' ', length) && !memchr(line, '\t', length);
}

static void take_plain(
	struct csv_reader *reader, const char *line, size_t length)
{
	const char *end = line + length - 1;

	for (const char *comma; line <= end; line = comma + 1) {
		comma = memchr(line, ',', (size_t)(end - line));
		comma = comma ? comma : end;
		on_field((void *)(uintptr_t)line, (size_t)(comma - line),
			reader);
	}
	on_row('\n', reader);
}

/* Feeds line by line, so that reader->line is right in every callback. */
static void feed(struct csv_reader *reader, struct csv_parser *parser,
	const char *bytes, size_t length)
{
	while (length && !reader->status) {
		const char *newline = memchr(bytes, '\n', length);
		size_t n = newline ? (size_t)(newline - bytes) + 1 : length;

		if (!reader->in_row && is_plain(bytes, n)) {
			take_plain(reader, bytes, n);
		} else {
			reader->in_row = true;
			if (csv_parse(parser, bytes, n, on_field, on_row,
				    reader) != n)
				FAIL(reader, "%s",
					csv_error(parser) == CSV_EPARSE
						? "expected a quote to end its "
						  "field"
						: "expected a shorter field");
		}
		if (newline)
			reader->line++;
		bytes += n;
		length -= n;
	}
}

/* Returns the length of a byte order mark; rejects UTF-16 and UTF-32. */
static size_t take_mark(
	struct csv_reader *reader, const char *bytes, size_t length)
{
	const char *alien;
	size_t mark = text_mark(bytes, length, &alien);

	if (alien)
		reader->status = fr_error_set(reader->err, EXIT_USAGE,
			"%s is %s; save it as UTF-8", reader->path, alien);
	return mark;
}

static void read_all(struct csv_reader *reader, struct csv_parser *parser,
	FILE *file, bool *torn)
{
	char chunk[CHUNK_BYTES];
	char last = '\n';
	bool begun = false;
	size_t n;

	while (!reader->status &&
		(n = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		size_t skip = begun ? 0 : take_mark(reader, chunk, n);

		begun = true;
		last = chunk[n - 1];
		if (!reader->status)
			feed(reader, parser, chunk + skip, n - skip);
	}
	if (reader->status)
		return;
	if (ferror(file)) {
		reader->status = fr_error_set(reader->err, fr_status_of(errno),
			"%s: %s", reader->path, strerror(errno));
		return;
	}
	/* Without callbacks, because a row without its end must not be used. */
	*torn = csv_fini(parser, NULL, NULL, NULL) ||
		(last != '\n' && last != '\r');
	if (!reader->have_header)
		FAIL(reader, "expected a header line: %s,...",
			reader->schema->columns[0].name);
}

int csv_read(const char *path, const struct row_schema *schema,
	csv_row_fn *row_fn, void *ctx, bool *torn, struct fr_error *err)
{
	struct csv_reader reader = {.schema = schema,
		.row_fn = row_fn,
		.ctx = ctx,
		.err = err,
		.path = path,
		.line = 1};
	struct csv_parser parser;
	bool was_torn = false;
	FILE *file = fopen(path, "re");

	if (!file)
		return fr_error_set(err, fr_status_of(errno), "%s: %s", path,
			strerror(errno));
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI)) {
		(void)fclose(file);
		return fr_error_memory(err);
	}
	csv_set_realloc_func(&parser, bounded_realloc);
	reader.row = malloc(schema->row_size);
	reader.blank = calloc(1, schema->row_size);
	if (reader.row && reader.blank) {
		row_init(schema, reader.blank);
		memcpy(reader.row, reader.blank, schema->row_size);
		read_all(&reader, &parser, file, &was_torn);
	} else {
		reader.status = fr_error_memory(err);
	}
	if (torn)
		*torn = was_torn;
	free(reader.row);
	free(reader.blank);
	tdestroy(reader.names, free);
	csv_free(&parser);
	(void)fclose(file);
	return reader.status;
}
