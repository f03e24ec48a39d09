/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures as people read them: about four digits, times in ms, "-" when
 * unknown. Any thread.
 */
#ifndef HARNESS_VIEW_FORMAT_H
#define HARNESS_VIEW_FORMAT_H

#include "harness/base/stats.h"

enum {
	FORMAT_MAX = 64, /* bytes of a figure, its end included */
	FORMAT_ESTIMATE_MAX = 2 * FORMAT_MAX,
};

/* "54.31" */
void format_number(char figure[FORMAT_MAX], double x);

/* ns as ms; `like`, in ns, sets how many digits. */
void format_ms(char figure[FORMAT_MAX], double ns, double like);

/* ns as in "54.31 [54.10, 54.63]"; without an interval, when there is none. */
void format_estimate(
	char figure[FORMAT_ESTIMATE_MAX], const struct estimate *estimate);

/* "18.5" and the unit behind it. */
void format_ratio(char figure[FORMAT_MAX], double ratio, const char *unit);

/* "94.2 %" */
void format_percent(char figure[FORMAT_MAX], double ratio);

#endif
