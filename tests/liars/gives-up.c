/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: stops at half of its items. */
#include <errno.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n / 2; i++)
		fr_download_one(job->clients[0], i);
	return -EAGAIN;
}

FR_STRATEGY(gives_up) = {
	.abi = FR_STRATEGY_ABI,
	.name = "gives-up",
	.summary = "stops at half of its items",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
