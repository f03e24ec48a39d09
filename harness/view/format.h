/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures as people read them: about four digits, times in ms, "-" when
 * unknown. Any thread.
 */
#ifndef HARNESS_VIEW_FORMAT_H
#define HARNESS_VIEW_FORMAT_H

#include <stdbool.h>

#include "harness/base/stats.h"

enum {
	FORMAT_MAX = 64, /* bytes of a figure, its end included */
	FORMAT_ESTIMATE_MAX = 2 * FORMAT_MAX,
};

/* A unit that people read, and how many of the exact unit it is. */
struct format_scale {
	const char *unit;
	double size;
};

/*
 * The scale for values of the unit up to `greatest`: ns become ns, Âµs, ms or s,
 * and bytes bytes, kB, MB or GB (powers of 1000). Other units stay.
 */
struct format_scale format_scale(const char *unit, double greatest);

/* "4.1 Âµs", "10.6 MB": a value by itself, with its unit. */
void format_quantity(char figure[FORMAT_MAX], const char *unit, double value);

/*
 * Whether a name such as latency_p99_ns or latency-p90 is that of a percentile
 * which so many requests do not have: it is that of the slowest of them.
 */
bool format_is_slowest(const char *name, double requests);

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
