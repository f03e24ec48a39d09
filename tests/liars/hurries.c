/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: claims to have been done before it was answered. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	job->samples[6].end_ns = job->samples[6].start_ns + 1;
	return 0;
}

FR_STRATEGY(hurries) = {
	.abi = FR_STRATEGY_ABI,
	.name = "hurries",
	.summary = "sets the clock of item 6 back",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
