/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/proc.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

size_t proc_read(char *text, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 1;
	size_t length = 0;

	while (got > 0 && length < size - 1) {
		got = read(fd, text + length, size - 1 - length);
		length += got > 0 ? (size_t)got : 0;
	}
	text[length] = '\0';
	if (fd >= 0)
		close(fd);
	return length;
}

struct cpu_ticks proc_cpu_ticks(const char *text)
{
	struct cpu_ticks ticks = {0, 0};
	/*
	 * user nice system idle iowait irq softirq steal. The counts of guests
	 * that follow are parts of user and nice.
	 */
	uint64_t states[8];

	if (sscanf(text,
		    "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		    &states[0], &states[1], &states[2], &states[3], &states[4],
		    &states[5], &states[6], &states[7]) != 8)
		return ticks;
	ticks.steal = states[7];
	for (int i = 0; i < 8; i++)
		ticks.all += states[i];
	return ticks;
}

double proc_pressure(const char *text)
{
	double percent;

	return sscanf(text, "some avg10=%lf", &percent) == 1 ? percent : NAN;
}
