/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: downloads item 4 and writes item 5's slot from it. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (i != 5)
			fr_download_one(job->clients[0], i);
	job->samples[5] = job->samples[4];
	return 0;
}

FR_STRATEGY(copies) = {
	.abi = FR_STRATEGY_ABI,
	.name = "copies",
	.summary = "writes item 5 from item 4's download",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
