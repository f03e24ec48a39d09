/* SPDX-License-Identifier: GPL-3.0-or-later */
/* executor.map on processes. */
#include <flagrace/strategy.h>

#include "strategies/executor-map.h"

static int setup(struct fr_job *job)
{
	return map_setup(job, EXECUTOR_PROCESSES);
}

FR_STRATEGY(process_pool) = {
	.abi = FR_STRATEGY_ABI,
	.name = "process-pool",
	.summary = "executor.map on a pool of processes",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = map_download_many,
	.teardown = map_teardown,
};
