/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/trial/disturbance.h"

#include <math.h>

/* Only the first line of either file is needed, and it is short. */
enum { TEXT_SIZE = 512 };

struct cpu_ticks disturbance_begin(void)
{
	char text[TEXT_SIZE];

	(void)proc_read(text, sizeof(text), "/proc/stat");
	return proc_cpu_ticks(text);
}

struct disturbance disturbance_end(const struct cpu_ticks *begin)
{
	struct cpu_ticks end = disturbance_begin();
	struct disturbance found = {NAN, 0, NAN};
	char text[TEXT_SIZE];

	if (end.all > begin->all && end.steal >= begin->steal) {
		found.steal_ticks = end.steal - begin->steal;
		found.steal = 100 * (double)found.steal_ticks /
			(double)(end.all - begin->all);
	}
	(void)proc_read(text, sizeof(text), "/proc/pressure/cpu");
	found.pressure = proc_pressure(text);
	return found;
}
