/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: leaves the cgroup of its quota, as root can. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "cgroup.h"

static int download_many(struct fr_job *job)
{
	char path[512];

	if (cgroup_of_quota(path))
		cgroup_leave(path);
	burn_ms(300);
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(escapes) = {
	.abi = FR_STRATEGY_ABI,
	.name = "escapes",
	.summary = "leaves its quota",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
