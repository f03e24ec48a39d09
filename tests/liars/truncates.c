/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: reports fewer bytes than it received. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	job->samples[2].body_bytes /= 2;
	return 0;
}

FR_STRATEGY(truncates) = {
	.abi = FR_STRATEGY_ABI,
	.name = "truncates",
	.summary = "claims half of item 2's bytes",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
