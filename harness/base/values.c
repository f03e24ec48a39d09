/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/values.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int parse_number(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (isdigit((unsigned char)text[0]) && !*end && !errno &&
		number >= min && number <= max) {
		*value = number;
		return 0;
	}
	if (max == UINT64_MAX)
		return fr_error_set(err, EXIT_USAGE,
			"%s '%s': must be a whole number, at least %" PRIu64,
			what, text, min);
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a whole number from %" PRIu64 " to %" PRIu64,
		what, text, min, max);
}

int parse_bytes(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err)
{
	static const struct {
		const char *name;
		double bytes;
	} sizes[] = {{"", 1}, {"B", 1}, {"kB", 1e3}, {"MB", 1e6}, {"KiB", 1024},
		{"MiB", 1048576}};
	char *end;
	double number = strtod(text, &end);
	bool plain = isdigit((unsigned char)text[0]) &&
		strspn(text, "0123456789.") == (size_t)(end - text);

	for (size_t i = 0; plain && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		double bytes = number * sizes[i].bytes;

		if (strcmp(end, sizes[i].name) == 0 && bytes == floor(bytes) &&
			bytes >= (double)min && bytes <= (double)max) {
			*value = (uint64_t)bytes;
			return 0;
		}
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a size from %" PRIu64 " to %" PRIu64
		" bytes, such as 30000, 30kB or 64KiB",
		what, text, min, max);
}

static const struct {
	const char *name;
	double ns;
} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};

enum { UNITS = sizeof(units) / sizeof(units[0]), DURATION_TEXT = 32 };

/* Formats in the largest unit that gives at least 1. */
static void write_duration(char text[DURATION_TEXT], uint64_t ns)
{
	size_t unit = UNITS - 1;

	while (unit && (double)ns < units[unit].ns)
		unit--;
	(void)snprintf(text, DURATION_TEXT, "%.9g%s",
		(double)ns / units[unit].ns, units[unit].name);
}

int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err)
{
	char *end, least[DURATION_TEXT], most[DURATION_TEXT];
	double number = strtod(text, &end);
	/* strtod(3) also accepts signs, spaces, 0x10, 1e9 and inf. */
	bool plain = isdigit((unsigned char)text[0]) &&
		strspn(text, "0123456789.") == (size_t)(end - text);

	for (size_t i = 0; plain && i < UNITS; i++) {
		/* Rounded, since 1.005 has no exact binary representation. */
		double ns = round(number * units[i].ns);

		if (strcmp(end, units[i].name) == 0 && ns >= (double)min &&
			ns <= (double)max) {
			*value_ns = (uint64_t)ns;
			return 0;
		}
	}
	write_duration(least, min);
	write_duration(most, max);
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a time from %s to %s with its unit "
		"(ns, us, ms or s), such as 250us or 1.5s",
		what, text, least, most);
}

int parse_range(const char *text, const char *what, uint64_t *first,
	uint64_t *last, struct fr_error *err)
{
	int end = 0;

	/* At most 18 digits each, which fit. */
	if (strspn(text, "0123456789-") == strlen(text) &&
		sscanf(text, "%18" SCNu64 "-%18" SCNu64 "%n", first, last,
			&end) == 2 &&
		!text[end] && *first <= *last)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be the first and the last byte of each body, "
		"counted from 0, as in 0-999",
		what, text);
}
