/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many CPUs a strategy should expect. */
#ifndef STRATEGIES_CPUS_H
#define STRATEGIES_CPUS_H

/*
 * Returns how many CPUs this process may use, 1 at least: those of its affinity
 * mask (sched_setaffinity(2), taskset(1)).
 */
unsigned usable_cpus(void);

#endif
