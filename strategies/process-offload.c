/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop of multi-poll, and a process for each CPU that does the work. */
#include <flagrace/strategy.h>

#include "strategies/offload-loop.h"

static int setup(struct fr_job *job)
{
	return offload_loop_setup(job, EXECUTOR_PROCESSES);
}

FR_STRATEGY(process_offload) = {
	.abi = FR_STRATEGY_ABI,
	.name = "process-offload",
	.summary = "the loop of multi-poll, the work on a pool of processes",
	.default_concurrency = 20,
	.flags = FR_WORK_APART,
	.setup = setup,
	.download_many = offload_loop_download_many,
	.teardown = offload_loop_teardown,
};
