/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the threads and processes that come into being below this one, by
 * the kernel's own record of each (perf_event_open(2), attr.task). It costs
 * some 3 us for each one made and nothing else. Where the kernel refuses
 * (perf_event_paranoid above 2, a container), the counts are unknown; so they
 * are when there were more than the record has room for, some 8000 a CPU.
 */
#ifndef HARNESS_BASE_FORK_COUNT_H
#define HARNESS_BASE_FORK_COUNT_H

#include <stdint.h>

struct fork_count {
	int cpus;           /* rings; 0: it cannot be counted */
	struct ring *rings; /* cpus */
};

/*
 * Begins to count what the calling thread makes from now on, and what that
 * makes in turn. What this takes ends with the process.
 */
void fork_count_open(struct fork_count *count);

/* In a forked child: lets go of what it inherited. It goes on being counted. */
void fork_count_leave(struct fork_count *count);

/*
 * Counts of what was made by descendants, not by the calling process itself.
 * Both are UINT64_MAX when unknown.
 */
void fork_count_read(
	const struct fork_count *count, uint64_t *threads, uint64_t *processes);

#endif
