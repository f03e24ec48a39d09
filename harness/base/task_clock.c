/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness/base/task_clock.h"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

int task_clock_open(pid_t pid)
{
	/*
	 * Required of unprivileged users; task-clock counts kernel time anyway.
	 */
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.inherit = 1,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(
		SYS_perf_event_open, &attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

uint64_t task_clock_close(int fd)
{
	uint64_t ns = UINT64_MAX;

	if (fd < 0)
		return ns;
	if (read(fd, &ns, sizeof(ns)) != sizeof(ns))
		ns = UINT64_MAX;
	close(fd);
	return ns;
}
