/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writes rows as CSV. The schema bounds the length of a row, so after one
 * reservation nothing can fail. csv_read.c reads CSV.
 */
#include "harness/record/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/files.h"

void csv_text_release(struct csv_text *text)
{
	free(text->bytes);
	*text = (struct csv_text){.bytes = NULL};
}

/* Makes room for `more` bytes. */
static int reserve(struct csv_text *text, size_t more)
{
	size_t capacity = text->capacity ? text->capacity : 4096;
	char *bytes;

	while (capacity - text->length < more)
		capacity *= 2;
	if (capacity == text->capacity)
		return 0;
	bytes = realloc(text->bytes, capacity);
	if (!bytes)
		return -ENOMEM;
	text->bytes = bytes;
	text->capacity = capacity;
	return 0;
}

static void add_byte(struct csv_text *text, char byte)
{
	text->bytes[text->length++] = byte;
}

/* Quotes keep spaces at either end: readers strip them from bare fields. */
static bool needs_quotes(const char *s, size_t length)
{
	return length &&
		(strpbrk(s, ",\"") || s[0] == ' ' || s[length - 1] == ' ');
}

static void add_field(struct csv_text *text, const char *s)
{
	size_t length = strlen(s);

	if (!needs_quotes(s, length)) {
		if (length)
			memcpy(text->bytes + text->length, s, length);
		text->length += length;
		return;
	}
	add_byte(text, '"');
	for (size_t i = 0; i < length; i++) {
		if (s[i] == '"')
			add_byte(text, '"');
		add_byte(text, s[i]);
	}
	add_byte(text, '"');
}

static size_t row_bound(const struct row_schema *schema)
{
	size_t bound = 1;

	/* Of a text each character may be a quote; a comma follows. */
	for (size_t i = 0; i < schema->count; i++)
		bound += schema->columns[i].type == COLUMN_TEXT
			? 2 * schema->columns[i].size + 3
			: CSV_BARE_MAX;
	return bound;
}

int csv_text_add_header(struct csv_text *text, const struct row_schema *schema)
{
	size_t bound = 1;

	for (size_t i = 0; i < schema->count; i++)
		bound += strlen(schema->columns[i].name) + 1;
	if (reserve(text, bound))
		return -ENOMEM;
	for (size_t i = 0; i < schema->count; i++) {
		if (i)
			add_byte(text, ',');
		add_field(text, schema->columns[i].name);
	}
	add_byte(text, '\n');
	return 0;
}

int csv_text_add_row(
	struct csv_text *text, const struct row_schema *schema, const void *row)
{
	if (reserve(text, row_bound(schema)))
		return -ENOMEM;
	for (size_t i = 0; i < schema->count; i++) {
		char field[ROWS_TEXT_MAX];

		if (i)
			add_byte(text, ',');
		csv_member(field, &schema->columns[i], row);
		add_field(text, field);
	}
	add_byte(text, '\n');
	return 0;
}

int csv_text_write(struct csv_text *text, int fd)
{
	int rc = write_all(fd, text->bytes, text->length);

	if (!rc)
		text->length = 0;
	return rc;
}
