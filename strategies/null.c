/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Downloads nothing: takes both stamps alone, and so shows the harness's cost.
 */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, 0, i);
	return 0;
}

FR_STRATEGY(null) = {
	.abi = FR_STRATEGY_ABI,
	.name = "null",
	.summary = "no network: what the harness itself costs",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_NO_NETWORK,
	.download_many = download_many,
};
