/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of a row as the forms for people write them. */
#include <math.h>

#include "harness/view/check_forms.h"

void check_change(char *change, size_t size, double ratio)
{
	if (!isfinite(ratio))
		(void)snprintf(change, size, "-");
	else
		(void)snprintf(change, size, "%+.1f %%", 100 * (ratio - 1));
}

void check_margin(char *margin, size_t size, const struct check_row *row)
{
	check_change(margin, size, row->margin > 0 ? 1 + row->margin : NAN);
}

void check_finding(char finding[CHECK_FINDING_MAX], const struct check_row *row)
{
	char change[32], low[32], high[32], margin[32];

	check_change(change, sizeof(change), row->ratio);
	check_change(low, sizeof(low), row->ci_lo);
	check_change(high, sizeof(high), row->ci_hi);
	check_change(margin, sizeof(margin), 1 + row->margin);
	(void)snprintf(finding, CHECK_FINDING_MAX,
		"%s %s [%s, %s], margin %s%s%s", row->metric, change, low, high,
		margin, row->reason[0] ? ": " : "", row->reason);
}
