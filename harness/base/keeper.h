/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs something in a process of its own and ends all that comes of it.
 *
 * Between the caller and that process stands another, the keeper, which does
 * nothing but wait. It is a subreaper (prctl(2)): what the process leaves
 * behind becomes the keeper's child, whatever group or session it moved to,
 * and is killed and counted there. The caller's own children, and those that
 * others hand to it, are never touched.
 *
 * Both processes die with the caller. The caller must have one thread.
 */
#ifndef HARNESS_BASE_KEEPER_H
#define HARNESS_BASE_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

struct keeper {
	pid_t pid;
	int end;  /* readable once all has ended; to be polled */
	int stop; /* an eventfd */
};

/* What the keeper saw. Times are of the one clock, see clock.h. */
struct kept {
	uint64_t begin_ns;    /* it was prepared and let live; 0: never */
	unsigned made_early;  /* threads and processes, while it prepared */
	uint64_t exit_ns;     /* its process had ended */
	int status;           /* of that process, as of waitpid(2) */
	unsigned left_behind; /* processes that it did not wait for */
	uint64_t cpu_user_ns, cpu_sys_ns; /* of it and all below it */
	uint64_t cpu_ns; /* the same, see task_clock.h; UINT64_MAX: unknown */
	uint64_t peak_rss_bytes; /* of the largest */
	uint64_t voluntary_switches, involuntary_switches;
	/* Made below its first process; UINT64_MAX: unknown. */
	uint64_t threads_created, processes_created;
};

/* What the process does. */
struct keeper_life {
	void (*prepare)(
		void *ctx);      /* before all that is timed; NULL: nothing */
	void (*live)(void *ctx); /* must not return */
	void *ctx;
};

/*
 * Begins a life in a process that leads a process group, with no signal
 * ignored or blocked. Returns 0, and then keeper_close is a must, or -errno.
 */
int keeper_open(struct keeper *keeper, const struct keeper_life *life);

/* Has everything killed. The end comes soon. */
void keeper_stop(const struct keeper *keeper);

/*
 * Waits until nothing is left, and takes the account. Returns 0 or -errno;
 * -ESRCH: the keeper was killed itself, and its process with it: then *kept
 * says so, and everything that is counted is UINT64_MAX.
 */
int keeper_close(struct keeper *keeper, struct kept *kept);

#endif
