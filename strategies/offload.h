/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hands the work of answered items to an executor, so that the loop goes on
 * meanwhile: asyncio's loop.run_in_executor, with a thread or a process for each
 * CPU. For one loop, in one thread.
 *
 * The queue has no limit, because a job has only n items. If the work takes
 * longer than the downloads, the queue grows until all items are downloaded:
 * their bodies wait in memory, and the server is not slowed down.
 */
#ifndef STRATEGIES_OFFLOAD_H
#define STRATEGIES_OFFLOAD_H

#include <flagrace/job.h>

#include "futures/futures.h"

struct offload_task;

struct offload {
	struct fr_job *job;
	struct executor *executor; /* NULL: the job has no work */
	/* n each, in the order of the answers; a future for each task. */
	struct offload_task *tasks;
	struct future **futures;
	size_t answered, submitted;
};

/*
 * Makes the executor, if the job has work. Processes are forked here: to be
 * called before connections are made. job must outlive it. Returns 0 or as
 * executor_create_with; offload_close is to be called even on failure.
 */
int offload_open(
	struct offload *offload, struct fr_job *job, enum executor_kind kind);

/* Waits for what was submitted. A zeroed structure is accepted. */
void offload_close(struct offload *offload);

/* Notes that the item, which has work, is answered. arg: struct offload. */
void offload_answered(void *arg, size_t item);

/*
 * Submits the items noted since the last call, under one lock, so that a loop
 * that has received many answers calls it once. Returns as
 * executor_submit_many.
 */
int offload_submit(struct offload *offload);

/*
 * Waits until all that was submitted is done. Returns 0, or -EPIPE if a worker
 * process has died.
 */
int offload_await(struct offload *offload);

#endif
