/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/race/precision.h"

#include <math.h>
#include <string.h>

/* NaN, a cell without an interval, is as wide as can be. */
static double width_of(const struct estimate *estimate)
{
	double width = (estimate->high - estimate->low) / estimate->value;

	return isnan(width) ? INFINITY : width;
}

int precision_measure(
	struct precision *precision, const char *folder, struct fr_error *err)
{
	const struct summary_terms terms = {.clock = precision->clock};
	struct summary *summary;
	int rc = summary_create(&summary, &folder, 1, &terms, err);

	if (rc < 0)
		return rc;
	precision->reached = 0;
	for (size_t i = 0; i < summary->count; i++) {
		const struct summary_row *row = &summary->rows[i];
		double width = width_of(summary_clock_of(summary, row));

		if (summary_is_floor(row) || width <= precision->reached)
			continue;
		precision->reached = width;
		summary_label(precision->widest, row);
	}
	summary_free(summary);
	return 0;
}
