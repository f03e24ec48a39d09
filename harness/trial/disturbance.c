/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files' formats: proc_stat(5), and the kernel's accounting/psi.rst. */
#include "harness/trial/disturbance.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The first line of either file is far shorter. */
enum { TEXT_MAX = 512 };

static void read_start(const char *path, char text[TEXT_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, text, TEXT_MAX - 1);

	text[got > 0 ? got : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

struct disturbance_mark disturbance_parse_stat(const char *text)
{
	struct disturbance_mark mark = {0, 0};
	/* user nice system idle iowait irq softirq steal */
	uint64_t ticks[8] = {0};

	if (sscanf(text,
		    "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		    &ticks[0], &ticks[1], &ticks[2], &ticks[3], &ticks[4],
		    &ticks[5], &ticks[6], &ticks[7]) != 8)
		return mark;
	mark.steal_ticks = ticks[7];
	for (int i = 0; i < 8; i++)
		mark.all_ticks += ticks[i];
	return mark;
}

double disturbance_parse_pressure(const char *text)
{
	double percent;

	return sscanf(text, "some avg10=%lf", &percent) == 1 ? percent : NAN;
}

struct disturbance_mark disturbance_begin(void)
{
	char text[TEXT_MAX];

	read_start("/proc/stat", text);
	return disturbance_parse_stat(text);
}

struct disturbance disturbance_end(const struct disturbance_mark *begin)
{
	struct disturbance_mark end = disturbance_begin();
	struct disturbance found = {NAN, 0, NAN};
	char text[TEXT_MAX];

	if (end.all_ticks > begin->all_ticks &&
		end.steal_ticks >= begin->steal_ticks) {
		found.steal_ticks = end.steal_ticks - begin->steal_ticks;
		found.steal = 100 * (double)found.steal_ticks /
			(double)(end.all_ticks - begin->all_ticks);
	}
	read_start("/proc/pressure/cpu", text);
	found.pressure = disturbance_parse_pressure(text);
	return found;
}
