/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much CPU time other programs and the hypervisor took from the programs
 * on this machine during an interval. Any thread; no state is kept.
 */
#ifndef HARNESS_TRIAL_DISTURBANCE_H
#define HARNESS_TRIAL_DISTURBANCE_H

#include <stdint.h>

#include "harness/base/proc.h"

struct disturbance {
	double steal; /* percentage of CPU time that went to the hypervisor;
			 NaN: unknown */
	uint64_t steal_ticks; /* the same in ticks of 10 ms */
	double pressure; /* percentage of the last 10 s in which at least one
			    task waited for a CPU; NaN: unknown */
};

/* Returns the kernel's counters at the start of the interval. */
struct cpu_ticks disturbance_begin(void);

struct disturbance disturbance_end(const struct cpu_ticks *begin);

#endif
