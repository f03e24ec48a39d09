/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/latency.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/error.h"

enum { SHOWN_MAX = 40 };

/* A place in a spec that is being read. */
struct cursor {
	const char *spec;
	size_t at;
	struct mock_error *err;
};

struct unit {
	const char *name;
	uint64_t ns;
};

static const struct unit units[] = {
	{"ns", 1},
	{"us", 1000},
	{"ms", 1000000},
	{"s", 1000000000},
};

/* Fails at column `at` (from 0) of the spec. */
__attribute__((format(printf, 3, 4))) static int fail(
	const struct cursor *cursor, size_t at, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return mock_error_set(cursor->err, -EINVAL,
		"latency '%.60s', column %zu: %s; right would be 50ms, "
		"constant:50ms or uniform:20ms,200ms",
		cursor->spec, at + 1, what);
}

static size_t span_letters(const char *text)
{
	return strspn(
		text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

static void skip_blanks(struct cursor *cursor)
{
	cursor->at += strspn(cursor->spec + cursor->at, " ");
}

/* "1.5" in units of `ns`, rounded down; false when beyond LATENCY_MAX_NS. */
static bool scale(const char *digits, uint64_t ns, uint64_t *value)
{
	uint64_t whole = 0, part = 0, place = ns;

	for (; *digits >= '0' && *digits <= '9'; digits++) {
		whole = whole * 10 + (uint64_t)(*digits - '0');
		if (whole > LATENCY_MAX_NS / ns)
			return false;
	}
	if (*digits == '.')
		for (digits++; *digits >= '0' && *digits <= '9'; digits++) {
			place /= 10;
			part += place * (uint64_t)(*digits - '0');
		}
	*value = whole * ns + part;
	return *value <= LATENCY_MAX_NS;
}

/* The length of the text up to a comma, to be shown in an error. */
static int shown(const char *text)
{
	size_t length = strcspn(text, ",");

	return (int)(length < SHOWN_MAX ? length : SHOWN_MAX);
}

static int take_unit(struct cursor *cursor, const struct unit **unit)
{
	const char *word = cursor->spec + cursor->at;
	size_t length = span_letters(word);

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (length == strlen(units[i].name) &&
			memcmp(word, units[i].name, length) == 0) {
			*unit = &units[i];
			cursor->at += length;
			return 0;
		}
	if (length)
		return fail(cursor, cursor->at,
			"unknown unit '%.*s' (ns, us, ms or s)", shown(word),
			word);
	return fail(cursor, cursor->at, "a unit is missing (ns, us, ms or s)");
}

static int take_duration(struct cursor *cursor, uint64_t *ns)
{
	const char *number = cursor->spec + cursor->at;
	size_t digits = strspn(number, "0123456789"), start = cursor->at;
	const struct unit *unit = NULL;
	int rc;

	if (!digits)
		return fail(cursor, start, "'%.*s' is no duration",
			shown(number), number);
	cursor->at += digits;
	if (number[digits] == '.')
		cursor->at += 1 + strspn(number + digits + 1, "0123456789");
	skip_blanks(cursor);
	rc = take_unit(cursor, &unit);
	if (!rc && !scale(number, unit->ns, ns))
		rc = fail(cursor, start, "'%.*s' is more than an hour",
			shown(number), number);
	return rc;
}

/* Takes "low,high" for a range, else one duration. */
static int take_values(struct cursor *cursor, struct latency *latency)
{
	size_t start;
	int rc = take_duration(cursor, &latency->low_ns);

	latency->high_ns = latency->low_ns;
	if (rc || latency->kind == LATENCY_CONSTANT)
		return rc;
	skip_blanks(cursor);
	if (cursor->spec[cursor->at] != ',')
		return fail(cursor, cursor->at,
			"',' and an upper bound must follow");
	cursor->at++;
	skip_blanks(cursor);
	start = cursor->at;
	rc = take_duration(cursor, &latency->high_ns);
	if (!rc && latency->high_ns < latency->low_ns)
		rc = fail(cursor, start,
			"the upper bound is below the lower one");
	return rc;
}

int latency_parse(
	struct latency *latency, const char *spec, struct mock_error *err)
{
	struct cursor cursor = {.spec = spec, .err = err};
	struct latency parsed = {.kind = LATENCY_CONSTANT};
	size_t name = strcspn(spec, ":");
	int rc;

	if (strlen(spec) >= sizeof(parsed.text))
		return fail(&cursor, sizeof(parsed.text) - 1,
			"the text is too long");
	if (spec[name]) {
		if (name == 7 && memcmp(spec, "uniform", name) == 0)
			parsed.kind = LATENCY_UNIFORM;
		else if (name != 8 || memcmp(spec, "constant", name) != 0)
			return fail(&cursor, 0, "unknown distribution '%.*s'",
				(int)name, spec);
		cursor.at = name + 1;
	}
	skip_blanks(&cursor);
	rc = take_values(&cursor, &parsed);
	if (rc)
		return rc;
	skip_blanks(&cursor);
	if (spec[cursor.at])
		return fail(&cursor, cursor.at, "'%.40s' is one too many",
			spec + cursor.at);
	memcpy(parsed.text, spec, strlen(spec) + 1);
	*latency = parsed;
	return 0;
}

/*
 * The finaliser of SplitMix64: a bijection of 64 bits in which every input bit
 * changes every output bit with probability near one half.
 * Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014.
 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* Uniform in [0, 1), of 53 bits. */
static double draw(uint64_t seed, uint64_t item, uint64_t attempt)
{
	uint64_t bits = mix(mix(mix(seed) ^ item) ^ attempt);

	return (double)(bits >> 11) * 0x1p-53;
}

uint64_t latency_draw(const struct latency *latency, uint64_t seed,
	uint64_t item, uint64_t attempt)
{
	uint64_t span = latency->high_ns - latency->low_ns;

	switch (latency->kind) {
	case LATENCY_CONSTANT:
		break;
	case LATENCY_UNIFORM:
		return latency->low_ns +
			(uint64_t)(draw(seed, item, attempt) *
				(double)(span + 1));
	}
	return latency->low_ns;
}
