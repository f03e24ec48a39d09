/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: exits as if all were well. */
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	fr_download_one(job->clients[0], 0);
	exit(EXIT_SUCCESS);
}

FR_STRATEGY(exits) = {
	.abi = FR_STRATEGY_ABI,
	.name = "exits",
	.summary = "exits, all well, in the middle",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
