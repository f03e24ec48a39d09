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

enum { HASH_DIGITS = 16 };

/* Tests ensure that each word of a column fits in CSV_BARE_MAX bytes. */
static void format_word(
	char *field, const struct column *column, const void *member)
{
	unsigned value;

	memcpy(&value, member, sizeof(value));
	(void)snprintf(field, CSV_BARE_MAX, "%s",
		value < column->word_count ? column->words[value] : "");
}

static void format_hash(char *field, uint64_t hash)
{
	for (int i = 0; i < HASH_DIGITS; i++)
		field[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
	field[HASH_DIGITS] = '\0';
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
		format_hash(field, count);
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

/* Reads digits alone into *count, several times as fast as strtoull(3). */
static bool read_count(uint64_t *count, const char *s)
{
	uint64_t value = 0;

	if (!*s)
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		uint64_t digit = (uint64_t)(*s - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	*count = value;
	return !*s && value != FR_UNKNOWN;
}

/* Reads 16 hex digits into *hash. */
static bool read_hash(uint64_t *hash, const char *s)
{
	uint64_t value = 0;
	int i;

	for (i = 0; i < HASH_DIGITS && s[i]; i++) {
		bool letter = s[i] >= 'a' && s[i] <= 'f';

		if (!letter && (s[i] < '0' || s[i] > '9'))
			return false;
		value = value << 4 |
			(uint64_t)(letter ? s[i] - 'a' + 10 : s[i] - '0');
	}
	*hash = value;
	return i == HASH_DIGITS && !s[i];
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
		if (!read_count(&count, s))
			return false;
		break;
	case COLUMN_INTEGER:
		count = (uint64_t)strtoll(s, &end, 10);
		if (!made_of(s, "-0123456789") || errno || *end)
			return false;
		break;
	case COLUMN_HASH:
		if (!read_hash(&count, s))
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
