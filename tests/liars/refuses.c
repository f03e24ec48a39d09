/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: cannot even be set up. */
#include <errno.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int setup(struct fr_job *job)
{
	(void)job;
	return -EMFILE;
}

static int download_many(struct fr_job *job)
{
	(void)job;
	return 0;
}

FR_STRATEGY(refuses) = {
	.abi = FR_STRATEGY_ABI,
	.name = "refuses",
	.summary = "has nothing to work with",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = setup,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
