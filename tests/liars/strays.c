/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: leaves the cgroup of its quota for a moment, as root can. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "cgroup.h"

static int download_many(struct fr_job *job)
{
	char path[512];
	bool found = cgroup_of_quota(path);

	if (found)
		cgroup_leave(path);
	burn_ms(60);
	if (found)
		cgroup_move(path, (int)strlen(path));
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(strays) = {
	.abi = FR_STRATEGY_ABI,
	.name = "strays",
	.summary = "leaves its quota for a moment",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
