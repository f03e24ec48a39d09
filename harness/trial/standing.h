/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a process stands with the kernel's scheduler. Whoever has its user's
 * rights may change that, and with it what a server's trials measure.
 */
#ifndef HARNESS_TRIAL_STANDING_H
#define HARNESS_TRIAL_STANDING_H

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
