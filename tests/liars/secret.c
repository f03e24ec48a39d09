/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: promises to use no network. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(secret) = {
	.abi = FR_STRATEGY_ABI,
	.name = "null",
	.summary = "promises no network, and uses it",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_NO_NETWORK,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
