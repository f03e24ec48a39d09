/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/limit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "mock_server/spec.h"

/* Tokens in 1000 s. */
static int take_rate(struct spec *spec, uint64_t *rate)
{
	size_t start = spec->at;
	double per_s, rounded;

	if (spec_take_number(spec, &per_s))
		per_s = 0; /* is refused, with the limits of a rate */
	rounded = floor(per_s * 1000 + 0.5);
	/* In binary, 0.001 * 1000 is not exactly 1. */
	if (rounded < 1 || fabs(per_s * 1000 - rounded) > 1e-6 * rounded)
		return spec_fail(spec, start,
			"a rate is from 0.001/s to 1000000/s, with at most "
			"three decimals");
	*rate = (uint64_t)rounded;
	if (!spec_take(spec, "/s"))
		return spec_fail(spec, spec->at, "the unit /s must follow");
	return 0;
}

static int take_burst(struct spec *spec, uint64_t *burst)
{
	size_t start;
	double number;

	if (!spec_take(spec, "burst="))
		return spec_fail(spec, spec->at, "'burst=' must follow");
	start = spec->at;
	if (spec_take_number(spec, &number))
		number = 0;
	if (number < 1 || number > (double)LIMIT_BURST_MAX ||
		number != floor(number))
		return spec_fail(spec, start,
			"a burst is a whole number from 1 to %d",
			LIMIT_BURST_MAX);
	*burst = (uint64_t)number;
	return 0;
}

int limit_parse(struct limit *limit, const char *text, struct mock_error *err)
{
	struct limit parsed = {0};
	struct spec spec;
	int rc = 0;

	spec_init(&spec, "limit", text, "200/s, 200/s,burst=20 or none", err);
	if (strlen(text) >= sizeof(parsed.text))
		return spec_fail(
			&spec, sizeof(parsed.text) - 1, "the text is too long");
	if (!spec_take(&spec, "none")) {
		rc = take_rate(&spec, &parsed.rate);
		parsed.burst = (parsed.rate + 999) / 1000;
		if (!rc && spec_take(&spec, ","))
			rc = take_burst(&spec, &parsed.burst);
	}
	if (!rc)
		rc = spec_end(&spec);
	if (rc)
		return rc;
	memcpy(parsed.text, text, strlen(text) + 1);
	*limit = parsed;
	return 0;
}

void bucket_fill(struct bucket *bucket, const struct limit *limit)
{
	*bucket = (struct bucket){.parts = limit->burst * LIMIT_TOKEN};
}

/* Adds the tokens that have come back since the latest time. */
static void refill(
	struct bucket *bucket, const struct limit *limit, uint64_t now_ns)
{
	const uint64_t missing = limit->burst * LIMIT_TOKEN - bucket->parts;

	if (now_ns <= bucket->at_ns)
		return;
	/* A division, because the product may not fit. */
	if (now_ns - bucket->at_ns > missing / limit->rate)
		bucket->parts += missing;
	else
		bucket->parts += (now_ns - bucket->at_ns) * limit->rate;
	bucket->at_ns = now_ns;
}

uint64_t bucket_take(
	struct bucket *bucket, const struct limit *limit, uint64_t now_ns)
{
	if (!limit->rate)
		return 0;
	refill(bucket, limit, now_ns);
	if (bucket->parts < LIMIT_TOKEN)
		return (LIMIT_TOKEN - bucket->parts + limit->rate - 1) /
			limit->rate;
	bucket->parts -= LIMIT_TOKEN;
	return 0;
}

int mock_limit_least_ns(uint64_t *least_ns, const char *text, uint64_t requests,
	struct mock_error *err)
{
	struct limit limit;
	int rc = limit_parse(&limit, text, err);

	if (rc)
		return rc;
	*least_ns = !limit.rate || requests <= limit.burst
		? 0
		: (uint64_t)floor((double)(requests - limit.burst) *
			  (double)LIMIT_TOKEN / (double)limit.rate);
	return 0;
}
