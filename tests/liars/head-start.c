/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: begins before the clock. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int setup(struct fr_job *job)
{
	int rc = fr_clients_open(job);

	if (!rc)
		fr_download_one(job->clients[0], 0);
	return rc;
}

static int download_many(struct fr_job *job)
{
	for (size_t i = 1; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(head_start) = {
	.abi = FR_STRATEGY_ABI,
	.name = "head-start",
	.summary = "begins before the clock",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = setup,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
