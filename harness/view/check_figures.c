/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a row as the forms for people write them. */
#include <math.h>
#include <string.h>

#include "harness/view/check_forms.h"

const char check_legend[] =
	"base, head: medians of all trials; change: the median over the blocks "
	"of head / base within a block, which need not be the ratio of the two "
	"medians; interval: 95 % of that change. margin: the slow-down "
	"that is tolerated; p: the chance of such figures if head were slower "
	"by no more than that; detects: the slow-down that so many blocks find "
	"9 times in 10; n: blocks that were judged, up to the look that decided "
	"the row; voids: blocks left out.";

void check_change(char change[FORMAT_MAX], double ratio)
{
	if (!isfinite(ratio))
		(void)snprintf(change, FORMAT_MAX, "-");
	else
		(void)snprintf(
			change, FORMAT_MAX, "%+.1f %%", 100 * (ratio - 1));
}

void check_margin(char margin[FORMAT_MAX], const struct check_row *row)
{
	check_change(margin, row->margin > 0 ? 1 + row->margin : NAN);
}

void check_finding(char finding[CHECK_FINDING_MAX], const struct check_row *row)
{
	char change[FORMAT_MAX], low[FORMAT_MAX], high[FORMAT_MAX],
		margin[FORMAT_MAX];

	check_change(change, row->ratio);
	check_change(low, row->ci_lo);
	check_change(high, row->ci_hi);
	check_change(margin, 1 + row->margin);
	(void)snprintf(finding, CHECK_FINDING_MAX,
		"%s %s [%s, %s], margin %s%s%s", row->metric, change, low, high,
		margin, row->reason[0] ? ": " : "", row->reason);
}

void check_value(
	char figure[FORMAT_MAX], const struct check_row *row, double value)
{
	const struct format_scale scale = format_scale(row->unit, row->base);

	/* As many digits as base has. */
	if (scale.size > 1)
		format_ms(figure, 1e6 * value / scale.size,
			1e6 * row->base / scale.size);
	else
		format_number(figure, value);
}

const char *check_unit(const struct check_row *row)
{
	const char *unit = format_scale(row->unit, row->base).unit;
	bool is_count = !strcmp(unit, row->unit) && strcmp(unit, "ns") != 0 &&
		strcmp(unit, "bytes") != 0;

	return isnan(row->base) || is_count ? "" : unit;
}
