/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine did to the programs on it for a while, by the kernel's own
 * account. Any thread; nothing is kept.
 */
#ifndef HARNESS_TRIAL_DISTURBANCE_H
#define HARNESS_TRIAL_DISTURBANCE_H

#include <stdint.h>

/* Where the kernel's counters stood; 0 where it has none. */
struct disturbance_mark {
	uint64_t steal_ticks, all_ticks;
};

/* What they say of the time since; NaN: unknown. */
struct disturbance {
	double steal; /* percent of the CPUs' time that a host took away */
	uint64_t steal_ticks; /* the same, in the kernel's ticks of 10 ms */
	double pressure; /* percent of the last 10 s in which some task waited
			    for a CPU */
};

struct disturbance_mark disturbance_begin(void);

struct disturbance disturbance_end(const struct disturbance_mark *begin);

/*
 * The parsers, for text as it stands in /proc/stat and /proc/pressure/cpu;
 * text that is something else gives 0 and NaN.
 */
struct disturbance_mark disturbance_parse_stat(const char *text);
double disturbance_parse_pressure(const char *text);

#endif
