/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: never returns. */
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	while (job->n > 0)
		pause();
	return 0;
}

FR_STRATEGY(hangs) = {
	.abi = FR_STRATEGY_ABI,
	.name = "hangs",
	.summary = "never returns",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
