/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What descendants of a process do, by events of the kernel that they inherit
 * (perf_event_open(2)). The kernel may deny these events (perf_event_paranoid
 * above 2, a container); then the figures are unknown.
 */
#ifndef HARNESS_BASE_PERF_EVENTS_H
#define HARNESS_BASE_PERF_EVENTS_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Counts the threads and processes that descendants of this process create, by
 * the kernel's record of each (attr.task), which costs some 3 us. The counts
 * are also unknown if the records do not fit into the rings, which hold some
 * 8000 per CPU.
 */
struct fork_count {
	int cpus;           /* number of rings; 0: the counts are unknown */
	struct ring *rings; /* one per CPU */
};

/*
 * Starts to count what the calling thread and its descendants create from now
 * on. The caller must call fork_count_close, also if the counts are unknown.
 */
void fork_count_open(struct fork_count *count);

/* Releases the copy of a forked child, which is counted nevertheless. */
void fork_count_leave(struct fork_count *count);

/*
 * Reads the counts, without the children of the calling process itself. Both
 * are UINT64_MAX if unknown.
 */
void fork_count_read(
	const struct fork_count *count, uint64_t *threads, uint64_t *processes);

/*
 * Starts to measure the CPU time of a process and its descendants. Unlike
 * wait4(2) this includes processes that nobody waits for, but it is less exact.
 * The process must have one thread and no child yet. Returns a descriptor, or
 * -1 if the kernel denies it.
 */
int task_clock_open(pid_t pid);

/* Closes fd and returns the time in ns; UINT64_MAX: unknown, or fd is -1. */
uint64_t task_clock_close(int fd);

#endif
