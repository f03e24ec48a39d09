/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: claims to need no network, and so to be the fastest. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, 0, i);
	return 0;
}

FR_STRATEGY(silent) = {
	.abi = FR_STRATEGY_ABI,
	.name = "silent",
	.summary = "transfers nothing, under a name of its own",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_NO_NETWORK,
	.download_many = download_many,
};
