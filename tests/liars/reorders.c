/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: hands its samples back in reverse order. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	for (size_t i = 0; i < job->n / 2; i++) {
		struct fr_sample held = job->samples[i];

		job->samples[i] = job->samples[job->n - 1 - i];
		job->samples[job->n - 1 - i] = held;
	}
	return 0;
}

FR_STRATEGY(reorders) = {
	.abi = FR_STRATEGY_ABI,
	.name = "reorders",
	.summary = "mixes up its samples",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
