/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of epoll, and a thread for each CPU that does the work. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/strategy.h>

#include "strategies/epoll-loop.h"
#include "strategies/offload.h"

struct epoll_offload {
	struct epoll_loop loop;
	struct offload offload;
};

/* Hands on what the loop has answered. */
static int hand_on(void *arg)
{
	struct epoll_offload *both = arg;
	size_t item;

	while (fr_wires_answered(both->loop.wires, &item))
		offload_answered(&both->offload, item);
	return offload_submit(&both->offload);
}

static int download_many(struct fr_job *job)
{
	struct epoll_offload *both = job->priv;
	int rc = epoll_loop_run(&both->loop);
	int code = offload_await(&both->offload);

	return rc ? rc : code;
}

static void teardown(struct fr_job *job)
{
	struct epoll_offload *both = job->priv;

	offload_close(&both->offload);
	epoll_loop_close(&both->loop);
	free(both);
}

static int setup(struct fr_job *job)
{
	struct epoll_offload *both = calloc(1, sizeof(*both));
	int rc;

	if (!both)
		return -ENOMEM;
	job->priv = both;
	rc = epoll_loop_open(&both->loop, job);
	if (!rc)
		rc = offload_open(&both->offload, job, EXECUTOR_THREADS);
	if (rc) {
		teardown(job);
		return rc;
	}
	if (job->work) {
		both->loop.handled = hand_on;
		both->loop.handled_arg = both;
	}
	return 0;
}

FR_STRATEGY(epoll_offload) = {
	.abi = FR_STRATEGY_ABI,
	.name = "epoll-offload",
	.summary = "the loop of epoll, the work on a pool of threads",
	.default_concurrency = 20,
	.flags = FR_PLAIN_HTTP | FR_NEEDS_EPOLL_PWAIT2 | FR_WORK_APART,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
