/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/plan/arrival.h"

#include <ctype.h>
#include <errno.h>
#include <gsl/gsl_rng.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mock_server/mock_server.h"

static const double RATE_MIN = 0.001, RATE_MAX = 1e6;

static const struct {
	const char *prefix;
	enum arrival_kind kind;
} forms[] = {
	{"constant:", ARRIVAL_CONSTANT},
	{"poisson:", ARRIVAL_POISSON},
};

/* Reads "500/s"; false: not a rate, or out of range. */
static bool parse_rate(const char *text, double *per_second)
{
	char *end;

	/* strtod alone would accept signs, spaces, nan and inf. */
	if (!isdigit((unsigned char)text[0]) ||
		strspn(text, "0123456789.") != strcspn(text, "/"))
		return false;
	*per_second = strtod(text, &end);
	return strcmp(end, "/s") == 0 && *per_second >= RATE_MIN &&
		*per_second <= RATE_MAX;
}

int arrival_parse(struct arrival_process *arrival, const char *text,
	const char *where, struct fr_error *err)
{
	*arrival = (struct arrival_process){.kind = ARRIVAL_CLOSED};
	if (!text[0])
		return 0;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t length = strlen(forms[i].prefix);

		if (strncmp(text, forms[i].prefix, length) != 0)
			continue;
		if (!strchr(text, '/'))
			return fr_error_set(err, EXIT_USAGE,
				"%s '%.60s': the unit /s is missing, as in "
				"%s500/s",
				where, text, forms[i].prefix);
		if (!parse_rate(text + length, &arrival->per_second))
			return fr_error_set(err, EXIT_USAGE,
				"%s '%.60s': the rate must be from 0.001/s to "
				"1000000/s, as in %s500/s",
				where, text, forms[i].prefix);
		arrival->kind = forms[i].kind;
		return 0;
	}
	return fr_error_set(err, EXIT_USAGE,
		"%s '%.60s': must be like constant:500/s, poisson:500/s or "
		"closed",
		where, text);
}

int arrival_times(uint64_t *due_ns, size_t n,
	const struct arrival_process *arrival, uint64_t seed)
{
	double gap_ns = 1e9 / arrival->per_second, due = 0;
	gsl_rng *rng;

	if (arrival->kind == ARRIVAL_CONSTANT) {
		for (size_t i = 0; i < n; i++)
			due_ns[i] = (uint64_t)((double)i * gap_ns);
		return 0;
	}
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng)
		return -ENOMEM;
	gsl_rng_set(rng, (unsigned long)seed);
	for (size_t i = 0; i < n; i++) {
		due += mock_exponential(gap_ns, gsl_rng_uniform(rng));
		due_ns[i] = (uint64_t)due;
	}
	gsl_rng_free(rng);
	return 0;
}

int arrival_draw(uint64_t **due_ns, const char *text, size_t n, uint64_t seed,
	struct fr_error *err)
{
	struct arrival_process arrival;

	*due_ns = NULL;
	if (arrival_parse(&arrival, text, "arrivals", err) < 0)
		return -1;
	if (arrival.kind == ARRIVAL_CLOSED)
		return 0;
	*due_ns = calloc(n, sizeof(**due_ns));
	if (*due_ns && arrival_times(*due_ns, n, &arrival, seed) == 0)
		return 0;
	free(*due_ns);
	*due_ns = NULL;
	return fr_error_memory(err);
}
