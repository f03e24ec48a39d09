/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the witness's CSV: numbers and plain words only, never quoted, so a
 * field ends at the next comma. Columns are found by name.
 */
#include "harness/trial/witness.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 32, UNUSED = -1 };

static const struct field {
	const char *name;
	size_t offset;
	int base;
	bool may_be_empty;
} fields[] = {
#define FIELD(column, member, base, empty)                                \
	{                                                                 \
		column, offsetof(struct witness_row, member), base, empty \
	}
	FIELD("item", item, 10, false),
	FIELD("attempt", attempt, 10, false),
	FIELD("arrival_ns", arrival_ns, 10, false),
	FIELD("delay_ns", delay_ns, 10, false),
	FIELD("sent_ns", sent_ns, 10, true),
	FIELD("bytes", bytes, 10, true),
	FIELD("hash", hash, 16, true),
	FIELD("in_flight_at_arrival", in_flight, 10, false),
	FIELD("connection", connection, 10, false),
#undef FIELD
};
enum { FIELD_COUNT = sizeof(fields) / sizeof(fields[0]) };

/* Which field each column of the header line holds. */
static int read_header(const char *line, int map[COLUMNS_MAX])
{
	int columns = 0, found = 0;

	while (columns < COLUMNS_MAX) {
		size_t length = strcspn(line, ",\r\n");

		map[columns] = UNUSED;
		for (int i = 0; i < FIELD_COUNT; i++) {
			if (strlen(fields[i].name) != length ||
				strncmp(fields[i].name, line, length) != 0)
				continue;
			map[columns] = i;
			found++;
		}
		columns++;
		line += length;
		if (*line != ',')
			break;
		line++;
	}
	return found == FIELD_COUNT ? columns : -1;
}

static int read_field(
	const struct field *field, const char *text, struct witness_row *row)
{
	uint64_t value = UINT64_MAX;
	char *end = NULL;

	if (!field->may_be_empty || !strchr(",\r\n", *text)) {
		if (*text == '-' || *text == '+' || *text == ' ')
			return -1;
		errno = 0;
		value = strtoull(text, &end, field->base);
		if (end == text || errno || !strchr(",\r\n", *end))
			return -1;
	}
	memcpy((char *)row + field->offset, &value, sizeof(value));
	return 0;
}

static int read_row(
	const char *line, const int *map, int columns, struct witness_row *row)
{
	for (int i = 0; i < columns; i++) {
		if (map[i] != UNUSED &&
			read_field(&fields[map[i]], line, row) < 0)
			return -1;
		line += strcspn(line, ",\r\n");
		if (i + 1 < columns && *line++ != ',')
			return -1;
	}
	return 0;
}

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; (text = strchr(text, '\n')); text++)
		lines++;
	return lines;
}

int witness_parse(
	struct witness *witness, const char *csv, struct fr_error *err)
{
	int map[COLUMNS_MAX], columns = read_header(csv, map);

	*witness = (struct witness){0};
	witness->rows = calloc(count_lines(csv) + 1, sizeof(*witness->rows));
	if (!witness->rows || columns < 0)
		goto garbled;
	while ((csv = strchr(csv, '\n')) && *++csv) {
		if (read_row(csv, map, columns,
			    &witness->rows[witness->count]) < 0)
			goto garbled;
		witness->count++;
	}
	return 0;
garbled:
	fr_error_set(err, EXIT_INVALID,
		"the server's witness cannot be read at row %zu",
		witness->count + 1);
	witness_release(witness);
	return -1;
}

void witness_release(struct witness *witness)
{
	free(witness->rows);
	*witness = (struct witness){0};
}
