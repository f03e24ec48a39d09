/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the strategies on executors have in common: a task for each item; and
 * executor.map over the items, on threads or processes.
 */
#ifndef STRATEGIES_EXECUTOR_MAP_H
#define STRATEGIES_EXECUTOR_MAP_H

#include <flagrace/job.h>

#include "futures/futures.h"

/* A task that downloads one item. */
struct item_task {
	struct fr_job *job;
	size_t item;
};

/* Makes a task for each of the job's items, for free(); NULL: no memory. */
struct item_task *item_tasks_make(struct fr_job *job);

/* A task_fn: downloads the item, by the client of the worker that it is on. */
int item_task_run(void *task, void **result);

/* As the members of struct fr_strategy; map_setup makes the executor. */
int map_setup(struct fr_job *job, enum executor_kind kind);
int map_download_many(struct fr_job *job);
void map_teardown(struct fr_job *job);

#endif
