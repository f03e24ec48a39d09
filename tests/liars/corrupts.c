/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: reports other bytes than it received. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	job->samples[7].body_hash ^= 1;
	return 0;
}

FR_STRATEGY(corrupts) = {
	.abi = FR_STRATEGY_ABI,
	.name = "corrupts",
	.summary = "spoils item 7's hash",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
