/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/spec.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/error.h"

enum { SHOWN_MAX = 40, NUMBER_MAX = 40 };
#define BYTES_PER_S_MAX 1e12

struct unit {
	const char *name;
	double factor;
};

static const struct unit durations[] = {
	{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {0}};
static const struct unit sizes[] = {{"B", 1}, {"kB", 1e3}, {"MB", 1e6},
	{"KiB", 1024}, {"MiB", 1048576}, {0}};
static const struct unit speeds[] = {
	{"B/s", 1}, {"kB/s", 1e3}, {"MB/s", 1e6}, {"GB/s", 1e9}, {0}};

static void skip_blanks(struct spec *spec)
{
	spec->at += strspn(spec->text + spec->at, " ");
}

void spec_init(struct spec *spec, const char *what, const char *text,
	const char *good, struct mock_error *err)
{
	*spec = (struct spec){
		.what = what, .text = text, .good = good, .err = err};
	skip_blanks(spec);
}

int spec_fail(const struct spec *spec, size_t at, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return mock_error_set(spec->err, -EINVAL,
		"%s '%.60s', column %zu: %s; for example %s", spec->what,
		spec->text, at + 1, what, spec->good);
}

bool spec_take(struct spec *spec, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(spec->text + spec->at, word, length) != 0)
		return false;
	spec->at += length;
	skip_blanks(spec);
	return true;
}

/* How much of the text from `at` to show: up to a comma, for "%.*s". */
static int shown(const struct spec *spec, size_t at)
{
	size_t length = strcspn(spec->text + at, ",");

	return (int)(length < SHOWN_MAX ? length : SHOWN_MAX);
}

int spec_take_comma(struct spec *spec, const char *next)
{
	if (!spec_take(spec, ","))
		return spec_fail(
			spec, spec->at, "',' and %s must follow", next);
	return 0;
}

/* Takes a number such as "1.5", without blanks; false: there is none. */
static bool take_digits(struct spec *spec, double *value)
{
	const char *text = spec->text + spec->at;
	size_t whole = strspn(text, "0123456789"), length = whole;

	if (!whole)
		return false;
	if (text[length] == '.')
		length += 1 + strspn(text + length + 1, "0123456789");
	/* An hour in ns has 13 digits: so many are out of every range. */
	*value = length <= NUMBER_MAX ? strtod(text, NULL) : HUGE_VAL;
	spec->at += length;
	return true;
}

static int take_unit(struct spec *spec, const struct unit *units,
	const char *names, double *factor)
{
	const char *word = spec->text + spec->at;
	size_t length = strspn(
		word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/");

	for (; units->name; units++)
		if (length == strlen(units->name) &&
			memcmp(word, units->name, length) == 0) {
			*factor = units->factor;
			spec->at += length;
			skip_blanks(spec);
			return 0;
		}
	if (length)
		return spec_fail(spec, spec->at, "unknown unit '%.*s' (%s)",
			shown(spec, spec->at), word, names);
	return spec_fail(spec, spec->at, "a unit is missing (%s)", names);
}

/* A number and its unit; `kind` names it in the error. */
static int take_quantity(struct spec *spec, const struct unit *units,
	const char *names, const char *kind, double *value)
{
	size_t start = spec->at;
	double factor = 1;
	int rc;

	if (!take_digits(spec, value))
		return spec_fail(spec, start, "'%.*s' is not a %s",
			shown(spec, start), spec->text + start, kind);
	skip_blanks(spec);
	rc = take_unit(spec, units, names, &factor);
	*value *= factor;
	return rc;
}

int spec_take_duration(struct spec *spec, uint64_t *ns)
{
	size_t start = spec->at;
	double value;
	int rc = take_quantity(
		spec, durations, "ns, us, ms or s", "duration", &value);

	if (rc)
		return rc;
	if (value > (double)SPEC_DURATION_MAX_NS)
		return spec_fail(spec, start, "'%.*s' is more than an hour",
			shown(spec, start), spec->text + start);
	/* In binary, 0.000000007s is slightly less than 7 ns. */
	*ns = (uint64_t)floor(value * (1 + 1e-15) + 1e-6);
	return 0;
}

int spec_take_bytes(struct spec *spec, uint64_t *bytes)
{
	size_t start = spec->at;
	double value;
	int rc = take_quantity(
		spec, sizes, "B, kB, MB, KiB or MiB", "size", &value);

	if (rc)
		return rc;
	if (value > BYTES_PER_S_MAX || value != floor(value))
		return spec_fail(spec, start, "not a whole number of bytes");
	*bytes = (uint64_t)value;
	return 0;
}

int spec_take_bytes_per_s(struct spec *spec, uint64_t *bytes_per_s)
{
	size_t start = spec->at;
	double value;
	int rc = take_quantity(
		spec, speeds, "B/s, kB/s, MB/s or GB/s", "speed", &value);

	if (rc)
		return rc;
	if (value < 1 || value > BYTES_PER_S_MAX)
		return spec_fail(
			spec, start, "a speed is from 1B/s to 1000GB/s");
	*bytes_per_s = (uint64_t)value;
	return 0;
}

int spec_take_number(struct spec *spec, double *number)
{
	size_t start = spec->at;
	bool negative = spec_take(spec, "-");

	if (!take_digits(spec, number) || *number > 1e6)
		return spec_fail(spec, start,
			"'%.*s' is not a number from -1000000 to 1000000",
			shown(spec, start), spec->text + start);
	if (negative)
		*number = -*number;
	skip_blanks(spec);
	return 0;
}

int spec_take_share(struct spec *spec, double *share)
{
	size_t start = spec->at;

	if (!take_digits(spec, share))
		return spec_fail(spec, start, "'%.*s' is not a rate",
			shown(spec, start), spec->text + start);
	skip_blanks(spec);
	if (spec_take(spec, "%"))
		*share /= 100;
	if (*share > 1)
		return spec_fail(
			spec, start, "a rate is 0%% to 100%%, or 0 to 1");
	return 0;
}

int spec_end(struct spec *spec)
{
	if (!spec->text[spec->at])
		return 0;
	return spec_fail(
		spec, spec->at, "'%.40s' is unexpected", spec->text + spec->at);
}
