/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An event loop on plain sockets, with one request in flight on each. Edge
 * triggered, so that each socket is registered only once.
 */
#ifndef STRATEGIES_EPOLL_LOOP_H
#define STRATEGIES_EPOLL_LOOP_H

#include <flagrace/wire.h>

enum { EPOLL_LOOP_BUFFER = 1 << 16 };

struct epoll_loop {
	struct fr_job *job;
	struct fr_wires *wires; /* job->concurrency */
	int epoll;
	/*
	 * Optional: called each time that events have been handled, which may
	 * have ended items. Returns 0 or -errno.
	 */
	int (*handled)(void *arg);
	void *handled_arg;
	char buffer[EPOLL_LOOP_BUFFER];
};

/*
 * *loop is zeroed; job must outlive it. Returns 0 or -errno; epoll_loop_close is
 * to be called even on failure.
 */
int epoll_loop_open(struct epoll_loop *loop, struct fr_job *job);
void epoll_loop_close(struct epoll_loop *loop);

/* Downloads the items of the job. Returns 0 or -errno. */
int epoll_loop_run(struct epoll_loop *loop);

#endif
