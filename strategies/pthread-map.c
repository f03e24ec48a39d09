/* SPDX-License-Identifier: GPL-3.0-or-later */
/* executor.map on threads: the items go in, the results come out in order. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "futures/futures.h"

struct task {
	struct fr_job *job;
	size_t item;
};

struct map {
	struct executor *executor;
	struct task *tasks; /* n */
};

static int download_one(void *arg, void **result)
{
	struct task *task = arg;
	unsigned worker = (unsigned)executor_worker_index();

	fr_download_one(task->job->clients[worker], task->item);
	*result = task;
	return 0;
}

static int download_many(struct fr_job *job)
{
	struct map *map = job->priv;

	return executor_map(map->executor, download_one, map->tasks, job->n,
		sizeof(*map->tasks), NULL);
}

static void teardown(struct fr_job *job)
{
	struct map *map = job->priv;

	executor_free(map->executor);
	free(map->tasks);
	free(map);
	fr_clients_close(job);
}

static int setup(struct fr_job *job)
{
	struct map *map = calloc(1, sizeof(*map));
	int rc;

	if (!map)
		return -ENOMEM;
	job->priv = map;
	map->tasks = calloc(job->n, sizeof(*map->tasks));
	rc = map->tasks ? 0 : -ENOMEM;
	for (size_t i = 0; i < job->n && !rc; i++)
		map->tasks[i] = (struct task){job, i};
	if (!rc)
		rc = executor_create(&map->executor, job->concurrency);
	if (!rc)
		rc = fr_clients_open(job);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(pthread_map) = {
	.abi = FR_STRATEGY_ABI,
	.name = "pthread-map",
	.summary = "executor.map on a pool of threads",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
