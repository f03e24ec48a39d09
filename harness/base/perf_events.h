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

struct descendants {
	int cpus;           /* number of rings; 0: nothing is known */
	struct ring *rings; /* one per CPU */
	uint64_t own_ns;    /* CPU time of the calling process before */
};

/* UINT64_MAX: unknown. */
struct descendants_did {
	/*
	 * The threads and processes that they created, by the kernel's record
	 * of each, which costs some 3 us. Unknown if the records do not fit
	 * into the rings, which hold some 8000 per CPU.
	 */
	uint64_t threads, processes;
	/*
	 * Unlike wait4(2) this includes processes that nobody waits for, but it
	 * is less exact.
	 */
	uint64_t cpu_ns;
};

/*
 * Starts to watch what the calling thread and its descendants do from now on.
 * Each of their context switches then takes longer (docs/METHOD.md, What the
 * harness costs). The watch ends with the calling process.
 */
void descendants_watch(struct descendants *watched);

/* Releases the copy of a forked child, which is watched nevertheless. */
void descendants_leave(struct descendants *watched);

/* Reads what they did, without the calling process and its own forks. */
void descendants_read(
	const struct descendants *watched, struct descendants_did *did);

#endif
