/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: dies in the middle. */
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	fr_download_one(job->clients[0], 0);
	abort();
}

FR_STRATEGY(crashes) = {
	.abi = FR_STRATEGY_ABI,
	.name = "crashes",
	.summary = "dies in the middle",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
