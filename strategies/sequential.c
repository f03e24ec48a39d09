/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One after another: each item starts when the one before is done. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(sequential) = {
	.abi = FR_STRATEGY_ABI,
	.name = "sequential",
	.summary = "one after another on a single connection",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
