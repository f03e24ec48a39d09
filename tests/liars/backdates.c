/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: moves its clock's start into the past. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	*(uint64_t *)job->t0_ns -= UINT64_C(1000000000);
	return 0;
}

FR_STRATEGY(backdates) = {
	.abi = FR_STRATEGY_ABI,
	.name = "backdates",
	.summary = "writes another start of its clock",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
