/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/values.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
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

struct unit {
	const char *name; /* NULL: no more */
	double factor;
};

static const struct unit sizes[] = {{"", 1}, {"B", 1}, {"kB", 1e3}, {"MB", 1e6},
	{"GB", 1e9}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824},
	{NULL, 0}};
static const struct unit times[] = {
	{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {NULL, 0}};

/* Reads a number and its unit; NaN: it is malformed. */
static double read_quantity(const char *text, const struct unit *unit)
{
	char *end;
	double number = strtod(text, &end);

	/* strtod(3) also accepts signs, spaces, 0x10, 1e9 and inf. */
	if (!isdigit((unsigned char)text[0]) ||
		strspn(text, "0123456789.") != (size_t)(end - text))
		return NAN;
	for (; unit->name; unit++)
		if (strcmp(end, unit->name) == 0)
			return number * unit->factor;
	return NAN;
}

int parse_bytes(const char *text, const char *what, uint64_t min, uint64_t max,
	uint64_t *value, struct fr_error *err)
{
	double bytes = read_quantity(text, sizes);

	if (bytes == floor(bytes) && bytes >= (double)min &&
		bytes <= (double)max) {
		*value = (uint64_t)bytes;
		return 0;
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a size from %" PRIu64 " to %" PRIu64
		" bytes, such as 30000, 30kB or 64KiB",
		what, text, min, max);
}

enum { DURATION_TEXT = 32 };

/* Formats in the largest unit that gives at least 1. */
static void write_duration(char text[DURATION_TEXT], uint64_t ns)
{
	const struct unit *unit = times;

	while (unit[1].name && (double)ns >= unit[1].factor)
		unit++;
	(void)snprintf(text, DURATION_TEXT, "%.9g%s", (double)ns / unit->factor,
		unit->name);
}

int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err)
{
	char least[DURATION_TEXT], most[DURATION_TEXT];
	/* Rounded, since 1.005 has no exact binary representation. */
	double ns = round(read_quantity(text, times));

	if (ns >= (double)min && ns <= (double)max) {
		*value_ns = (uint64_t)ns;
		return 0;
	}
	write_duration(least, min);
	write_duration(most, max);
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a time from %s to %s with its unit "
		"(ns, us, ms or s), such as 250us or 1.5s",
		what, text, least, most);
}

int parse_cpus(
	const char *text, const char *what, double *cpus, struct fr_error *err)
{
	static const struct unit none[] = {{"", 1}, {NULL, 0}};

	*cpus = read_quantity(text, none);
	if (*cpus >= 0.01 && *cpus <= 4096)
		return 0;
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be a number of CPUs from 0.01 to 4096, such "
		"as 0.5",
		what, text);
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
