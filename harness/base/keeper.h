/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a function in a process of its own, and ends all processes that it
 * creates.
 *
 * The caller forks a keeper, and the keeper forks the process and waits for it.
 * The keeper is a subreaper (prctl(2)): descendants whose parents have ended
 * become the keeper's children, whatever their group or session, and the keeper
 * kills and counts them. Other children of the caller are never touched.
 *
 * Both processes are killed if the caller ends. The caller must have one
 * thread.
 */
#ifndef HARNESS_BASE_KEEPER_H
#define HARNESS_BASE_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

#include "harness/base/perf_events.h"

struct keeper {
	pid_t pid;
	int end;  /* readable when all processes have ended */
	int stop; /* eventfd */
};

/* The account of the keeper. Times are those of clock.h. */
struct kept {
	uint64_t begin_ns;    /* when `live` was called; 0: never */
	unsigned made_early;  /* threads and processes made by `prepare` */
	uint64_t exit_ns;     /* when the process had ended */
	int status;           /* of the process, see waitpid(2) */
	unsigned left_behind; /* descendants that were killed */
	uint64_t cpu_user_ns, cpu_sys_ns; /* of it and its descendants */
	uint64_t peak_rss_bytes;          /* of the largest process */
	uint64_t voluntary_switches, involuntary_switches;
	struct descendants_did did; /* it and they */
};

/* The two functions that the process calls. */
struct keeper_life {
	void (*prepare)(void *ctx); /* before begin_ns; may be NULL */
	void (*live)(void *ctx);    /* must not return */
	void *ctx;
};

/*
 * Starts the process. It leads a process group and has no ignored or blocked
 * signals. Returns 0, and then the caller must call keeper_close, or -errno.
 */
int keeper_open(struct keeper *keeper, const struct keeper_life *life);

/* Makes the keeper kill all processes. They end soon. */
void keeper_stop(const struct keeper *keeper);

/*
 * Waits until all processes have ended, and reads the account. Returns 0 or
 * -errno. -ESRCH: the keeper was killed, and its process with it; *kept then
 * has status SIGKILL and unknown counts.
 */
int keeper_close(struct keeper *keeper, struct kept *kept);

#endif
