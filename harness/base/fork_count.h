/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts the threads and processes that descendants of this process create, by
 * the kernel's record of each (perf_event_open(2), attr.task). Each record
 * costs some 3 us. The counts are unknown if the kernel denies the event
 * (perf_event_paranoid above 2, a container), or if the records do not fit into
 * the rings, which hold some 8000 per CPU.
 */
#ifndef HARNESS_BASE_FORK_COUNT_H
#define HARNESS_BASE_FORK_COUNT_H

#include <stdint.h>

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

#endif
