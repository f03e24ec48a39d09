/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strategies/cpus.h"

#include <sched.h>
#include <unistd.h>

unsigned usable_cpus(void)
{
	cpu_set_t set;
	long online;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		return (unsigned)CPU_COUNT(&set);
	/* The kernel's mask is larger than the set, on 1024 CPUs and more. */
	online = sysconf(_SC_NPROCESSORS_ONLN);
	return online > 1 ? (unsigned)online : 1;
}
