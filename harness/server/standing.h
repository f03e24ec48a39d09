/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scheduling of a process: policy, nice value and CPUs. Any process of the
 * same user may change them, and with them what a server's trials measure.
 */
#ifndef HARNESS_SERVER_STANDING_H
#define HARNESS_SERVER_STANDING_H

#include <stdint.h>
#include <sys/types.h>

/* Of all threads; what is kept are hashes, to be compared. */
struct standing {
	uint64_t policy; /* with real-time priority and slice */
	uint64_t nice;
	uint64_t cpus;
	unsigned threads; /* 0: unknown, as of a process that is gone */
};

struct standing standing_of(pid_t pid);

/*
 * What differs, in words that follow "the server's"; NULL: nothing, or they
 * cannot be compared, being of other threads.
 */
const char *standing_differs(
	const struct standing *before, const struct standing *now);

#endif
