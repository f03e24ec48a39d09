/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: has its samples made of what the witness saw. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_nothing(job, 0, i);
	return 0;
}

FR_STRATEGY(testifies) = {
	.abi = FR_STRATEGY_ABI,
	.name = "testifies",
	.summary = "calls itself a program",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_WITNESS_SAMPLES,
	.download_many = download_many,
};
