/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop on plain sockets, without libcurl. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/strategy.h>

#include "strategies/epoll-loop.h"

static int download_many(struct fr_job *job)
{
	return epoll_loop_run(job->priv);
}

static void teardown(struct fr_job *job)
{
	epoll_loop_close(job->priv);
	free(job->priv);
}

static int setup(struct fr_job *job)
{
	int rc;

	job->priv = calloc(1, sizeof(struct epoll_loop));
	if (!job->priv)
		return -ENOMEM;
	rc = epoll_loop_open(job->priv, job);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(epoll) = {
	.abi = FR_STRATEGY_ABI,
	.name = "epoll",
	.summary = "plain sockets without libcurl, edge-triggered epoll",
	.default_concurrency = 20,
	.flags = FR_PLAIN_HTTP | FR_NEEDS_EPOLL_PWAIT2,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
