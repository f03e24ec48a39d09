/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of a column as text, and back. */
#include "harness/record/csv.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Tests ensure that each word of a column fits in CSV_BARE_MAX bytes. */
static void format_word(
	char *field, const struct column *column, const void *member)
{
	unsigned value;

	memcpy(&value, member, sizeof(value));
	(void)snprintf(field, CSV_BARE_MAX, "%s",
		value < column->word_count ? column->words[value] : "");
}

static void format_number(
	char *field, const struct column *column, const void *member)
{
	uint64_t count;
	double real;

	memcpy(&count, member, sizeof(count));
	memcpy(&real, member, sizeof(real));
	field[0] = '\0';
	if (column->type == COLUMN_INTEGER)
		(void)snprintf(field, CSV_BARE_MAX, "%" PRId64, (int64_t)count);
	else if (column->type == COLUMN_REAL && isfinite(real))
		(void)snprintf(field, CSV_BARE_MAX, "%.9g", real);
	else if (column->type == COLUMN_COUNT && count != FR_UNKNOWN)
		(void)snprintf(field, CSV_BARE_MAX, "%" PRIu64, count);
	else if (column->type == COLUMN_HASH && count != FR_UNKNOWN)
		(void)snprintf(field, CSV_BARE_MAX, "%016" PRIx64, count);
}

void csv_member(
	char text[ROWS_TEXT_MAX], const struct column *column, const void *row)
{
	const char *member = (const char *)row + column->offset;

	switch (column->type) {
	case COLUMN_TEXT:
		(void)row_text(text, ROWS_TEXT_MAX, member,
			strnlen(member, column->size - 1));
		break;
	case COLUMN_WORD:
		format_word(text, column, member);
		break;
	case COLUMN_COUNT:
	case COLUMN_INTEGER:
	case COLUMN_REAL:
	case COLUMN_HASH:
		format_number(text, column, member);
		break;
	}
}

/* strtod(3) and the like also accept "0x", "inf" and spaces. */
static bool made_of(const char *s, const char *characters)
{
	return *s && s[strspn(s, characters)] == '\0';
}

/* The place of the word in the column's list; UINT_MAX: it is none of them. */
static unsigned find_word(const struct column *column, const char *s)
{
	for (unsigned i = 0; i < column->word_count; i++)
		if (strcmp(column->words[i], s) == 0)
			return i;
	return UINT_MAX;
}

bool csv_member_read(const struct column *column, const char *s, void *row)
{
	unsigned char *member = (unsigned char *)row + column->offset;
	unsigned word;
	char *end = NULL;
	uint64_t count = 0;
	double real;

	errno = 0;
	switch (column->type) {
	case COLUMN_COUNT:
		count = strtoull(s, &end, 10);
		if (!made_of(s, "0123456789") || errno || count == FR_UNKNOWN)
			return false;
		break;
	case COLUMN_INTEGER:
		count = (uint64_t)strtoll(s, &end, 10);
		if (!made_of(s, "-0123456789") || errno || *end)
			return false;
		break;
	case COLUMN_HASH:
		count = strtoull(s, &end, 16);
		if (!made_of(s, "0123456789abcdef") || strlen(s) != 16)
			return false;
		break;
	case COLUMN_REAL:
		real = strtod(s, &end);
		if (!made_of(s, "+-.0123456789e") || *end || !isfinite(real))
			return false;
		memcpy(member, &real, sizeof(real));
		return true;
	case COLUMN_WORD:
		word = find_word(column, s);
		if (word < column->word_count)
			memcpy(member, &word, sizeof(word));
		return word < column->word_count;
	case COLUMN_TEXT:
		return false;
	}
	memcpy(member, &count, sizeof(count));
	return true;
}
