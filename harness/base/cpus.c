/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/cpus.h"

#include <math.h>
#include <sched.h>
#include <unistd.h>

#include "harness/base/cgroup.h"

unsigned cpus_allowed(void)
{
	cpu_set_t set;
	long online;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (unsigned)CPU_COUNT(&set);
	/* This host has more CPUs than a set can hold. */
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 1 ? (unsigned)online : 1;
}

double cpus_usable(void)
{
	return fmin(cpus_allowed(), cgroup_cpus(""));
}
