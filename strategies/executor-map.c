/* SPDX-License-Identifier: GPL-3.0-or-later */
/* executor.map: the items go in, the results come out in order. */
#include "strategies/executor-map.h"

#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>

struct map {
	struct executor *executor;
	struct item_task *tasks; /* n */
};

struct item_task *item_tasks_make(struct fr_job *job)
{
	struct item_task *tasks = calloc(job->n, sizeof(*tasks));

	for (size_t i = 0; tasks && i < job->n; i++)
		tasks[i] = (struct item_task){job, i};
	return tasks;
}

int item_task_run(void *arg, void **result)
{
	struct item_task *task = arg;
	unsigned worker = (unsigned)executor_worker_index();

	fr_download_one(task->job->clients[worker], task->item);
	*result = task;
	return 0;
}

/* A worker that is a process opens its own: a client does not survive fork. */
static int open_client(void *arg)
{
	struct fr_job *job = arg;
	unsigned worker = (unsigned)executor_worker_index();

	return fr_client_open(&job->clients[worker], job, worker);
}

int map_download_many(struct fr_job *job)
{
	struct map *map = job->priv;

	return executor_map(map->executor, item_task_run, map->tasks, job->n,
		sizeof(*map->tasks), NULL);
}

void map_teardown(struct fr_job *job)
{
	struct map *map = job->priv;

	executor_free(map->executor);
	free(map->tasks);
	free(map);
	fr_clients_close(job);
}

int map_setup(struct fr_job *job, enum executor_kind kind)
{
	struct executor_options options = {
		.kind = kind, .max_workers = job->concurrency};
	struct map *map = calloc(1, sizeof(*map));
	int rc;

	if (!map)
		return -ENOMEM;
	job->priv = map;
	map->tasks = item_tasks_make(job);
	if (kind == EXECUTOR_THREADS) {
		rc = fr_clients_open(job);
	} else {
		options.initializer = open_client;
		options.initializer_arg = job;
		job->clients =
			calloc(job->concurrency, sizeof(struct fr_client *));
		rc = job->clients ? 0 : -ENOMEM;
	}
	if (!rc && !map->tasks)
		rc = -ENOMEM;
	if (!rc)
		rc = executor_create_with(&map->executor, &options);
	if (rc)
		map_teardown(job);
	return rc;
}
