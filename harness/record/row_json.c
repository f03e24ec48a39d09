/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/record/row_json.h"

#include <math.h>
#include <string.h>

#include "harness/record/csv.h"

/* Returns NULL when out of memory. */
static json_t *write_member(const struct column *column, const void *row)
{
	const char *member = (const char *)row + column->offset;
	char text[ROWS_TEXT_MAX];
	uint64_t count;
	double real;

	switch (column->type) {
	case COLUMN_COUNT:
	case COLUMN_INTEGER:
		memcpy(&count, member, sizeof(count));
		return column->type == COLUMN_COUNT && count == FR_UNKNOWN
			? json_null()
			: json_integer((json_int_t)count);
	case COLUMN_REAL:
		memcpy(&real, member, sizeof(real));
		return isfinite(real) ? json_real(real) : json_null();
	case COLUMN_TEXT:
	case COLUMN_WORD:
	case COLUMN_HASH:
		break;
	}
	csv_member(text, column, row);
	return json_string(text);
}

json_t *row_json(const struct row_schema *schema, const void *row)
{
	json_t *object = json_object();

	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];

		if (json_object_set_new(
			    object, column->name, write_member(column, row))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* Reads a value that is not null. Returns NULL, or what was expected. */
static const char *read_member(
	const struct column *column, void *row, const json_t *value)
{
	char *member = (char *)row + column->offset;
	const char *text = json_string_value(value);
	json_int_t integer = json_integer_value(value);
	double real = json_number_value(value);

	switch (column->type) {
	case COLUMN_COUNT:
	case COLUMN_INTEGER:
		if (!json_is_integer(value) ||
			(column->type == COLUMN_COUNT && integer < 0))
			return "a whole number";
		memcpy(member, &integer, sizeof(integer));
		return NULL;
	case COLUMN_REAL:
		if (!json_is_number(value))
			return "a number";
		memcpy(member, &real, sizeof(real));
		return NULL;
	case COLUMN_TEXT:
		if (!text)
			return "a text";
		(void)row_text(
			member, column->size, text, json_string_length(value));
		return NULL;
	case COLUMN_WORD:
		return text && csv_member_read(column, text, row)
			? NULL
			: "a word of its column";
	case COLUMN_HASH:
		break;
	}
	return text && (!text[0] || csv_member_read(column, text, row))
		? NULL
		: "16 hex digits";
}

int row_json_read(const struct row_schema *schema, void *row,
	const json_t *json, struct fr_error *err)
{
	row_init(schema, row);
	if (!json_is_object(json))
		return fr_error_set(
			err, EXIT_INVALID, "a row must be an object");
	for (size_t i = 0; i < schema->count; i++) {
		const struct column *column = &schema->columns[i];
		const json_t *value = json_object_get(json, column->name);
		const char *expected = NULL;

		if (value && !json_is_null(value))
			expected = read_member(column, row, value);
		else if (column->required)
			expected = "a value";
		if (expected)
			return fr_error_set(err, EXIT_INVALID,
				"row: %s must be %s", column->name, expected);
	}
	return 0;
}
