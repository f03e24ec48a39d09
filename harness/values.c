/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/values.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
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

int parse_duration(const char *text, const char *what, uint64_t min,
	uint64_t max, uint64_t *value_ns, struct fr_error *err)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; isdigit((unsigned char)text[0]) && i < 4; i++) {
		double ns = number * units[i].ns;

		if (strcmp(end, units[i].name) == 0 && isfinite(ns) &&
			ns >= (double)min && ns <= (double)max) {
			*value_ns = (uint64_t)ns;
			return 0;
		}
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s '%s': must be a time from %gms to %gs with its unit "
		"(ns, us, ms or s), such as 250us or 1.5s",
		what, text, (double)min / 1e6, (double)max / 1e9);
}
