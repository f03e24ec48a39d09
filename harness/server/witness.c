/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads the witness's CSV, which has only numbers and plain words without
 * quotes. Columns are found by name. Every line needs its end and every row all
 * its columns, so a truncated record is an error.
 */
#include "harness/server/witness.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/base/array.h"

enum { COLUMNS_MAX = 32, UNUSED = -1 };

/* The value of a word is its index; that of an unknown word is the count. */
static const char *const methods[] = {"GET", "HEAD", NULL};
static const char *const faults[] = {
	"", "reset", "reset-body", "truncate", "limit", "refused", NULL};
static const char *const protocols[] = {"http/1.1", "http/1.0", "h2", NULL};
static const char *const spoken[] = {"http/1.1", "http/1.0", "h2", "", NULL};
static const char *const handshakes[] = {"none", "full", "resumed", NULL};
static const char *const alpns[] = {"", "http/1.1", "h2", NULL};
static const char *const versions[] = {"", "TLSv1.2", "TLSv1.3", NULL};

struct field {
	const char *name;
	size_t offset, size;
	int base; /* of a number; 0: a word; UNUSED: the name of a trial */
	bool may_be_empty;
	const char *const *words;
};

/* clang-format off */
#define FIELD(column, member, base, empty) { \
	column, offsetof(ROW, member), sizeof(((ROW *)0)->member), base, \
	empty, NULL }
#define WORD(column, member, words) { \
	column, offsetof(ROW, member), sizeof(((ROW *)0)->member), 0, false, \
	words }
/* clang-format on */

#define ROW struct witness_row
static const struct field request_fields[] = {
	FIELD("item", item, 10, false),
	FIELD("attempt", attempt, 10, false),
	FIELD("arrival_ns", arrival_ns, 10, false),
	FIELD("delay_ns", delay_ns, 10, false),
	FIELD("sent_ns", sent_ns, 10, true),
	FIELD("bytes", bytes, 10, true),
	FIELD("hash", hash, 16, true),
	FIELD("in_flight_at_arrival", in_flight, 10, false),
	FIELD("connection", connection, 10, false),
	FIELD("status", status, 10, false),
	FIELD("queue_ns", queue_ns, 10, false),
	FIELD("path_hash", path_hash, 16, false),
	FIELD("gone_ns", gone_ns, 10, true),
	FIELD("accepted_ns", accepted_ns, 10, false),
	FIELD("first_in_ns", first_in_ns, 10, false),
	FIELD("done_ns", done_ns, 10, true),
	FIELD("retry_after_s", retry_after_s, 10, false),
	WORD("method", method, methods),
	WORD("protocol", protocol, protocols),
	WORD("tls", tls, handshakes),
	WORD("fault", fault, faults),
	{"trial", offsetof(struct witness_row, trial), 1, UNUSED, true, NULL},
};
#undef ROW

#define ROW struct witness_connection
static const struct field connection_fields[] = {
	FIELD("connection", number, 10, false),
	FIELD("accepted_ns", accepted_ns, 10, false),
	FIELD("ended_ns", ended_ns, 10, true),
	WORD("protocol", protocol, spoken),
	WORD("tls", tls, handshakes),
	WORD("tls_version", tls_version, versions),
	WORD("alpn", alpn, alpns),
	FIELD("requests", requests, 10, false),
	FIELD("wire_in_bytes", wire_in, 10, true),
	FIELD("wire_out_bytes", wire_out, 10, true),
	FIELD("retransmits", retransmits, 10, true),
};
#undef ROW
#undef FIELD
#undef WORD

#define COUNT_OF(fields) (sizeof(fields) / sizeof((fields)[0]))

/* The fields of a kind of rows. */
struct kind {
	const struct field *fields;
	int count;
};

static struct kind kind_of(const struct witness_reader *reader)
{
	if (reader->of_connections)
		return (struct kind){
			connection_fields, COUNT_OF(connection_fields)};
	return (struct kind){request_fields, COUNT_OF(request_fields)};
}

/* Moves *text behind a line end. False: there is none. */
static bool skip_line_end(const char **text)
{
	const char *end = *text + (**text == '\r');

	if (*end != '\n')
		return false;
	*text = end + 1;
	return true;
}

/* Returns the index of the field of that name; UNUSED: none. */
static int find_field(struct kind kind, const char *name, size_t length)
{
	for (int i = 0; i < kind.count; i++)
		if (strlen(kind.fields[i].name) == length &&
			strncmp(kind.fields[i].name, name, length) == 0)
			return i;
	return UNUSED;
}

/* Sets the field of each column. Returns the number of columns, or -1. */
static int read_header(
	struct kind kind, const char **line, int map[COLUMNS_MAX])
{
	unsigned found = 0;

	for (int columns = 0; columns < COLUMNS_MAX;) {
		size_t length = strcspn(*line, ",\r\n");
		int field = find_field(kind, *line, length);

		if (field != UNUSED && found & 1u << field)
			return -1;
		if (field != UNUSED)
			found |= 1u << field;
		map[columns++] = field;
		*line += length;
		if (**line != ',')
			return found == (1u << kind.count) - 1 &&
					skip_line_end(line)
				? columns
				: -1;
		++*line;
	}
	return -1;
}

static bool is_word(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* Words that other versions may add to. */
static bool may_be_other(const struct field *field)
{
	return field->words == methods || field->words == faults ||
		field->words == versions;
}

static int read_word(
	const struct field *field, const char *text, size_t length, void *row)
{
	uint8_t i = 0;

	while (field->words[i] && !is_word(text, length, field->words[i]))
		i++;
	*((uint8_t *)row + field->offset) = i;
	return field->words[i] || may_be_other(field) ? 0 : -1;
}

void witness_remember(struct witness_earlier *earlier, const char *name)
{
	char *place = earlier->names[earlier->count++ % WITNESS_EARLIER_MAX];

	(void)snprintf(place, WITNESS_NAME_MAX, "%s", name);
}

/* Looks at the latest first, which it usually is. */
static bool is_earlier(
	const struct witness_earlier *earlier, const char *text, size_t length)
{
	for (unsigned i = 1; i <= WITNESS_EARLIER_MAX; i++)
		if (is_word(text, length,
			    earlier->names[(earlier->count - i) %
				    WITNESS_EARLIER_MAX]))
			return true;
	return false;
}

static uint8_t whose(
	const struct witness_reader *reader, const char *text, size_t length)
{
	if (!length)
		return WITNESS_UNNAMED;
	if (reader->trial && is_word(text, length, reader->trial))
		return WITNESS_OURS;
	return reader->earlier && is_earlier(reader->earlier, text, length)
		? WITNESS_EARLIER
		: WITNESS_OTHERS;
}

static int read_number(
	const struct field *field, const char *text, size_t length, void *row)
{
	const char *digits =
		field->base == 16 ? "0123456789abcdef" : "0123456789";
	char *member = (char *)row + field->offset;
	uint64_t value = UINT64_MAX;

	/* strtoull(3) also accepts signs, spaces and 0x. */
	if (strspn(text, digits) != length)
		return -1;
	if (length == 0 && !field->may_be_empty)
		return -1;
	errno = 0;
	if (length > 0)
		value = strtoull(text, NULL, field->base);
	if (errno)
		return -1;
	if (field->size == sizeof(uint64_t))
		*(uint64_t *)member = value;
	else if (field->size == sizeof(uint32_t) && value <= UINT32_MAX)
		*(uint32_t *)member = (uint32_t)value;
	else if (field->size == sizeof(uint16_t) && value <= UINT16_MAX)
		*(uint16_t *)member = (uint16_t)value;
	else
		return -1;
	return 0;
}

static int read_field(const struct witness_reader *reader,
	const struct field *field, const char *text, size_t length, void *row)
{
	if (field->base > 0)
		return read_number(field, text, length, row);
	if (field->base == 0)
		return read_word(field, text, length, row);
	((struct witness_row *)row)->trial = whose(reader, text, length);
	return 0;
}

static int read_row(
	const struct witness_reader *reader, const char **line, void *row)
{
	const struct field *fields = kind_of(reader).fields;

	for (int i = 0; i < reader->columns; i++) {
		const int field = reader->map[i];
		size_t length = strcspn(*line, ",\r\n");

		if (field != UNUSED &&
			read_field(reader, &fields[field], *line, length, row) <
				0)
			return -1;
		*line += length;
		if (i + 1 < reader->columns && *(*line)++ != ',')
			return -1;
	}
	return skip_line_end(line) ? 0 : -1;
}

/* The number of rows that are read. */
static size_t *count_of(const struct witness_reader *reader)
{
	return reader->of_connections ? &reader->witness->accepted_count
				      : &reader->witness->count;
}

/* Returns a new row, not counted yet; NULL: no room. */
static void *next_row(struct witness_reader *reader)
{
	struct witness *witness = reader->witness;
	const bool other = reader->of_connections;
	const size_t count = *count_of(reader);

	if (count == WITNESS_ROWS_MAX ||
		array_grow(other ? (void **)&witness->accepted
				 : (void **)&witness->rows,
			count, &reader->capacity,
			other ? sizeof(*witness->accepted)
			      : sizeof(*witness->rows)))
		return NULL;
	return other ? (void *)&witness->accepted[count]
		     : (void *)&witness->rows[count];
}

/* Reads a whole line, which ends with \n and NUL. */
static int take_line(struct witness_reader *reader)
{
	const char *line = reader->line;
	void *row;

	reader->length = 0;
	if (reader->columns == 0) {
		reader->columns =
			read_header(kind_of(reader), &line, reader->map);
		return reader->columns < 0 ? -1 : 0;
	}
	row = next_row(reader);
	if (!row || read_row(reader, &line, row) < 0)
		return -1;
	++*count_of(reader);
	return 0;
}

int witness_read(void *ctx, const char *bytes, size_t length)
{
	struct witness_reader *reader = ctx;

	while (length > 0) {
		const char *newline = memchr(bytes, '\n', length);
		size_t n = newline ? (size_t)(newline - bytes) + 1 : length;

		reader->garbled = n >= sizeof(reader->line) - reader->length;
		if (reader->garbled)
			return -1;
		memcpy(reader->line + reader->length, bytes, n);
		reader->length += n;
		reader->line[reader->length] = '\0';
		reader->garbled = newline && take_line(reader) < 0;
		if (reader->garbled)
			return -1;
		bytes += n;
		length -= n;
	}
	return 0;
}

int witness_read_end(struct witness_reader *reader, struct fr_error *err)
{
	if (!reader->garbled && reader->columns > 0 && reader->length == 0)
		return 0;
	fr_error_set(err, EXIT_INVALID,
		"the server's witness%s cannot be read at row %zu",
		reader->of_connections ? " of connections" : "",
		*count_of(reader) + 1);
	witness_release(reader->witness);
	return -1;
}

void witness_release(struct witness *witness)
{
	free(witness->rows);
	free(witness->accepted);
	*witness = (struct witness){0};
}
