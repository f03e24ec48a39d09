/* SPDX-License-Identifier: GPL-3.0-or-later */
/* executor.map on threads. */
#include <flagrace/strategy.h>

#include "strategies/executor-map.h"

static int setup(struct fr_job *job)
{
	return map_setup(job, EXECUTOR_THREADS);
}

FR_STRATEGY(pthread_map) = {
	.abi = FR_STRATEGY_ABI,
	.name = "pthread-map",
	.summary = "executor.map on a pool of threads",
	.default_concurrency = 20,
	.flags = FR_BLOCKING,
	.setup = setup,
	.download_many = map_download_many,
	.teardown = map_teardown,
};
