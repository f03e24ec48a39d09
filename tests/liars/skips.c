/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: leaves item 3 out. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (i != 3)
			fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(skips) = {
	.abi = FR_STRATEGY_ABI,
	.name = "skips",
	.summary = "leaves item 3 out",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
