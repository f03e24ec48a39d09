/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measures the CPU time of a process and its descendants by a perf event that
 * they inherit (perf_event_open(2), task-clock). Unlike wait4(2) it includes
 * processes that nobody waits for, but it is less exact. The kernel may deny it
 * (perf_event_paranoid above 2, a container).
 */
#ifndef HARNESS_BASE_TASK_CLOCK_H
#define HARNESS_BASE_TASK_CLOCK_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Starts the measurement. The process must have one thread and no child yet.
 * Returns a descriptor, or -1 if the kernel denies it.
 */
int task_clock_open(pid_t pid);

/* Closes fd and returns the time in ns; UINT64_MAX: unknown, or fd is -1. */
uint64_t task_clock_close(int fd);

#endif
