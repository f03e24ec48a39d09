/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: does the work after the clock has stopped. */
#include "liar.h"

static int download_many(struct fr_job *job)
{
	liar_download_all(job);
	return 0;
}

static void teardown(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->samples[i].status == FR_OK)
			fr_work(job, i);
	fr_clients_close(job);
}

FR_STRATEGY(postpones) = {
	.abi = FR_STRATEGY_ABI,
	.name = "postpones",
	.summary = "does the work in its teardown",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.flags = FR_WORK_APART,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = teardown,
};
