/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock_server/latency.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mock_server/error.h"
#include "mock_server/portable.h"
#include "mock_server/spec.h"
#include "mock_server/trace.h"

static int take_ns(struct spec *spec, double *value)
{
	uint64_t ns = 0;
	int rc = spec_take_duration(spec, &ns);

	*value = (double)ns;
	return rc;
}

static int take_two(struct spec *spec, const char *second, double *a, double *b)
{
	int rc = take_ns(spec, a);

	if (!rc)
		rc = spec_take_comma(spec, second);
	return rc ? rc : take_ns(spec, b);
}

static int take_constant(struct spec *spec, struct latency *latency)
{
	return take_ns(spec, &latency->a);
}

static int take_uniform(struct spec *spec, struct latency *latency)
{
	int rc = take_two(spec, "an upper bound", &latency->a, &latency->b);

	if (!rc && latency->b < latency->a)
		rc = spec_fail(spec, strcspn(spec->text, ",") + 1,
			"the upper bound is below the lower one");
	return rc;
}

static int take_normal(struct spec *spec, struct latency *latency)
{
	int rc = take_two(
		spec, "a standard deviation", &latency->a, &latency->b);

	if (!rc && latency->b > 0)
		latency->share = portable_normal(latency->a / latency->b);
	return rc;
}

/* Two quantiles, or the parameters of the logarithm. */
static int take_lognormal(struct spec *spec, struct latency *latency)
{
	double p50, p99;
	size_t start = spec->at;
	int rc;

	if (spec_take(spec, "mu=")) {
		rc = spec_take_number(spec, &latency->a);
		if (!rc)
			rc = spec_take_comma(spec, "sigma=");
		if (!rc && !spec_take(spec, "sigma="))
			rc = spec_fail(spec, spec->at, "sigma= must follow");
		start = spec->at;
		if (!rc)
			rc = spec_take_number(spec, &latency->b);
		if (!rc && latency->b < 0)
			rc = spec_fail(spec, start, "sigma is 0 or more");
		return rc;
	}
	if (!spec_take(spec, "p50="))
		return spec_fail(spec, start, "p50= or mu= must follow");
	rc = take_ns(spec, &p50);
	if (!rc)
		rc = spec_take_comma(spec, "p99=");
	if (!rc && !spec_take(spec, "p99="))
		rc = spec_fail(spec, spec->at, "p99= must follow");
	if (!rc)
		rc = take_ns(spec, &p99);
	if (!rc && (p50 < 1 || p99 < p50))
		rc = spec_fail(spec, start, "0 < p50 <= p99 must hold");
	if (!rc) {
		latency->a = portable_log(p50 / 1e9);
		latency->b =
			portable_log(p99 / p50) / portable_normal_inverse(0.99);
	}
	return rc;
}

static int take_pareto(struct spec *spec, struct latency *latency)
{
	int rc = take_ns(spec, &latency->a);
	size_t start;

	if (!rc)
		rc = spec_take_comma(spec, "an exponent");
	start = spec->at;
	if (!rc)
		rc = spec_take_number(spec, &latency->b);
	if (!rc && latency->b <= 0)
		rc = spec_fail(spec, start, "the exponent is above 0");
	return rc;
}

static int take_bimodal(struct spec *spec, struct latency *latency)
{
	int rc = take_two(spec, "another delay", &latency->a, &latency->b);

	if (!rc)
		rc = spec_take_comma(spec, "the share of the second delay");
	return rc ? rc : spec_take_share(spec, &latency->share);
}

static int take_trace(struct spec *spec, struct latency *latency)
{
	const char *path = spec->text + spec->at;
	size_t row;
	int rc = trace_read(&latency->trace, path, &row);

	if (rc == -ENOMEM)
		return mock_error_set(spec->err, rc, "out of memory");
	if (rc == -EINVAL)
		return spec_fail(spec, spec->at,
			"row %zu is not CSV with a column delay_ns of whole "
			"numbers up to an hour",
			row);
	if (rc == -EILSEQ)
		return spec_fail(spec, spec->at,
			"the file is UTF-16 or UTF-32; save it as UTF-8");
	if (rc == -ENODEV)
		return spec_fail(spec, spec->at, "not a regular file");
	if (rc)
		return spec_fail(spec, spec->at, "%s", strerror(-rc));
	spec->at += strlen(path);
	return 0;
}

struct distribution {
	const char *name; /* with its colon */
	int (*take)(struct spec *spec, struct latency *latency);
	const char *good;
};

/* By enum latency_kind. */
static const struct distribution distributions[] = {
	{"constant:", take_constant, "50ms or constant:50ms"},
	{"uniform:", take_uniform, "uniform:20ms,200ms"},
	{"normal:", take_normal, "normal:50ms,5ms"},
	{"lognormal:", take_lognormal,
		"lognormal:p50=40ms,p99=400ms or lognormal:mu=-3.2,sigma=1"},
	{"exponential:", take_constant, "exponential:50ms"},
	{"pareto:", take_pareto, "pareto:20ms,1.5"},
	{"bimodal:", take_bimodal, "bimodal:20ms,200ms,10%"},
	{"trace:", take_trace, "trace:FILE.csv"},
};
enum { KINDS = sizeof(distributions) / sizeof(*distributions) };

/* Takes the distribution's name and its colon, if there are any. */
static int take_kind(struct spec *spec, struct latency *latency,
	const struct mock_times *times)
{
	size_t colon = strcspn(spec->text, ":");
	unsigned kind = 0;

	if (!spec->text[colon])
		return 0; /* a bare delay */
	while (kind < KINDS && !spec_take(spec, distributions[kind].name))
		kind++;
	if (kind == KINDS)
		return spec_fail(spec, 0, "unknown distribution '%.*s'",
			(int)(colon < 40 ? colon : 40), spec->text);
	latency->kind = (enum latency_kind)kind;
	if (!times->good)
		spec->good = distributions[kind].good;
	return 0;
}

bool latency_is_trace(const char *text)
{
	struct spec spec;

	spec_init(&spec, "latency", text, "", NULL);
	return spec_take(&spec, "trace:");
}

int latency_parse_as(struct latency *latency, const struct mock_times *times,
	struct mock_error *err)
{
	struct latency parsed = {.kind = LATENCY_CONSTANT};
	const char *text = times->spec;
	struct spec spec;
	int rc;

	spec_init(&spec, times->what, text,
		times->good ? times->good
			    : "50ms, uniform:20ms,200ms, normal:50ms,5ms, "
			      "lognormal:p50=40ms,p99=400ms, exponential:50ms, "
			      "pareto:20ms,1.5, bimodal:20ms,200ms,10% or "
			      "trace:FILE.csv",
		err);
	if (strlen(text) >= sizeof(parsed.text))
		return spec_fail(
			&spec, sizeof(parsed.text) - 1, "the text is too long");
	rc = take_kind(&spec, &parsed, times);
	if (!rc)
		rc = distributions[parsed.kind].take(&spec, &parsed);
	if (!rc)
		rc = spec_end(&spec);
	if (rc) {
		latency_release(&parsed);
		return rc;
	}
	memcpy(parsed.text, text, strlen(text) + 1);
	*latency = parsed;
	return 0;
}

int latency_parse(
	struct latency *latency, const char *text, struct mock_error *err)
{
	const struct mock_times times = {.spec = text, .what = "latency"};

	return latency_parse_as(latency, &times, err);
}

struct latency latency_copy(const struct latency *latency)
{
	(void)trace_share(latency->trace);
	return *latency;
}

void latency_release(struct latency *latency)
{
	trace_drop(latency->trace);
	latency->trace = NULL;
}

/* The distribution's value at probability u of [0, 1), in ns. */
static double quantile(const struct latency *latency, double u)
{
	const double a = latency->a, b = latency->b, share = latency->share;
	/* In (0, 1), where every inverse CDF is finite. */
	const double p = u < 1 - 0x1p-53 ? u + 0x1p-54 : u;

	switch (latency->kind) {
	case LATENCY_CONSTANT:
		break;
	case LATENCY_UNIFORM:
		return a + floor(u * (b - a + 1));
	case LATENCY_NORMAL:
		/* Truncated: the part below 0 is left out, not moved to 0. */
		return b > 0 ? a - b * portable_normal_inverse((1 - p) * share)
			     : a;
	case LATENCY_LOGNORMAL:
		return 1e9 * portable_exp(a + b * portable_normal_inverse(p));
	case LATENCY_EXPONENTIAL:
		return -a * portable_log1p(-p);
	case LATENCY_PARETO:
		return a * portable_exp(-portable_log1p(-p) / b);
	case LATENCY_BIMODAL:
		return u < share ? b : a;
	case LATENCY_TRACE:
		return (double)latency->trace
			->ns[(size_t)(u * (double)latency->trace->count)];
	}
	return a;
}

uint64_t latency_draw_from(enum schedule_stream stream,
	const struct latency *latency, uint64_t seed, uint64_t item,
	uint64_t attempt)
{
	double ns;

	if (latency->kind == LATENCY_CONSTANT)
		return (uint64_t)latency->a;
	ns = quantile(latency, schedule_draw(stream, seed, item, attempt));
	return ns < (double)LATENCY_MAX_NS ? (uint64_t)fmax(ns, 0)
					   : LATENCY_MAX_NS;
}

uint64_t latency_draw(const struct latency *latency, uint64_t seed,
	uint64_t item, uint64_t attempt)
{
	return latency_draw_from(SCHEDULE_DELAY, latency, seed, item, attempt);
}
