/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How many CPUs this process may use, which may be fewer than there are. Any
 * thread.
 */
#ifndef HARNESS_BASE_CPUS_H
#define HARNESS_BASE_CPUS_H

/* Those that its affinity allows (sched_setaffinity(2), cpuset(7)); >= 1. */
unsigned cpus_allowed(void);

/* The same, or less if a cgroup's quota is less: perhaps a fraction; > 0. */
double cpus_usable(void);

#endif
