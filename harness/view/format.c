/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/view/format.h"

#include <math.h>
#include <stdio.h>

/* Digits behind the point that make x a figure of about four digits. */
static int digits(double x)
{
	return x < 10 ? 3 : x < 100 ? 2 : x < 1000 ? 1 : 0;
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
