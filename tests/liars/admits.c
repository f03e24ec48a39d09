/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: fetches item 5 twice, as if it had to be sent again. */
#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		fr_download_one(job->clients[0], i);
		if (i == 5) {
			fr_download_one(job->clients[0], i);
			job->samples[i].attempts = 2;
		}
	}
	return 0;
}

FR_STRATEGY(admits) = {
	.abi = FR_STRATEGY_ABI,
	.name = "admits",
	.summary = "fetches item 5 twice and counts both",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
