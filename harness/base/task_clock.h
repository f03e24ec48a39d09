/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The CPU time of a process and all that come of it, by an event that every
 * thread and process inherits (perf_event_open(2), task-clock). It counts also
 * those whose parents never wait for them, but not as exactly as wait4(2).
 * Where the kernel refuses (perf_event_paranoid above 2, a container), there
 * is none.
 */
#ifndef HARNESS_BASE_TASK_CLOCK_H
#define HARNESS_BASE_TASK_CLOCK_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Counts from now on what a process uses, and what it makes from now on. It
 * must have one thread and no child. Returns a descriptor, or -1: not to be
 * had.
 */
int task_clock_open(pid_t pid);

/* ns so far; UINT64_MAX: unknown, as of -1. Closes it. */
uint64_t task_clock_close(int fd);

#endif
