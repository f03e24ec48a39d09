/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of multi-poll, and a thread for each CPU that does the work. */
#include <flagrace/strategy.h>

#include "strategies/offload-loop.h"

static int setup(struct fr_job *job)
{
	return offload_loop_setup(job, EXECUTOR_THREADS);
}

FR_STRATEGY(multi_offload) = {
	.abi = FR_STRATEGY_ABI,
	.name = "multi-offload",
	.summary = "the loop of multi-poll, the work on a pool of threads",
	.default_concurrency = 20,
	.flags = FR_WORK_APART,
	.setup = setup,
	.download_many = offload_loop_download_many,
	.teardown = offload_loop_teardown,
};
