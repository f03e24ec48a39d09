/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: claims downloads that never were. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, 0, i);
	return 0;
}

FR_STRATEGY(invents) = {
	.abi = FR_STRATEGY_ABI,
	.name = "invents",
	.summary = "invents its downloads",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
