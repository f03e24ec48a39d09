/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Digits behind the point that make x a figure of about four digits. */
static int digits(double x)
{
	return x < 10 ? 3 : x < 100 ? 2 : x < 1000 ? 1 : 0;
}

struct format_scale format_scale(const char *unit, double greatest)
{
	static const struct {
		const char *of;
		double least; /* of the greatest value */
		struct format_scale scale;
	} scales[] = {
		{"ns", 1e10, {"s", 1e9}},
		{"ns", 1e6, {"ms", 1e6}},
		{"ns", 1e3, {"\302\265s", 1e3}},
		{"bytes", 1e9, {"GB", 1e9}},
		{"bytes", 1e6, {"MB", 1e6}},
		{"bytes", 1e3, {"kB", 1e3}},
	};

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++)
		if (!strcmp(scales[i].of, unit) && greatest >= scales[i].least)
			return scales[i].scale;
	return (struct format_scale){unit, 1};
}

void format_quantity(char figure[FORMAT_MAX], const char *unit, double value)
{
	const struct format_scale scale = format_scale(unit, fabs(value));

	if (isnan(value))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.4g%s%.16s",
			value / scale.size, scale.unit[0] ? " " : "",
			scale.unit);
}

bool format_is_slowest(const char *name, double requests)
{
	static const char *const of_requests[] = {
		"latency", "queue", "dispatch"};
	unsigned percent = 0;
	bool known = false;

	for (size_t i = 0; i < sizeof(of_requests) / sizeof(*of_requests); i++)
		known |= !strncmp(name, of_requests[i], strlen(of_requests[i]));
	name += strcspn(name, "_-");
	return known && sscanf(name, "%*[_-]p%u", &percent) == 1 &&
		requests * (100 - percent) < 100;
}

void format_number(char figure[FORMAT_MAX], double x)
{
	double size = fabs(x);

	if (isnan(x))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else if (size > 0 && size < 0.1)
		(void)snprintf(figure, FORMAT_MAX, "%.3g", x);
	else
		(void)snprintf(figure, FORMAT_MAX, "%.*f", digits(size), x);
}

void format_ms(char figure[FORMAT_MAX], double ns, double like)
{
	if (isnan(ns))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.*f", digits(like / 1e6),
			ns / 1e6);
}

void format_estimate(
	char figure[FORMAT_ESTIMATE_MAX], const struct estimate *estimate)
{
	char value[FORMAT_MAX], low[FORMAT_MAX], high[FORMAT_MAX];

	format_ms(value, estimate->value, estimate->value);
	format_ms(low, estimate->low, estimate->value);
	format_ms(high, estimate->high, estimate->value);
	if (isnan(estimate->low))
		(void)snprintf(figure, FORMAT_ESTIMATE_MAX, "%5.*s",
			FORMAT_MAX / 4, value);
	else
		(void)snprintf(figure, FORMAT_ESTIMATE_MAX,
			"%5.15s [%.15s, %.15s]", value, low, high);
}

void format_ratio(char figure[FORMAT_MAX], double ratio, const char *unit)
{
	if (isnan(ratio))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.*f%s",
			ratio < 9.995 ? 2 : 1, ratio, unit);
}

void format_percent(char figure[FORMAT_MAX], double ratio)
{
	if (isnan(ratio))
		(void)snprintf(figure, FORMAT_MAX, "-");
	else
		(void)snprintf(figure, FORMAT_MAX, "%.1f %%", 100 * ratio);
}
