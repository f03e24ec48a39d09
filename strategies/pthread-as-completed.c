/* SPDX-License-Identifier: GPL-3.0-or-later */
/* submit on threads, then as_completed: takes each result when it is there. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "strategies/executor-map.h"

struct pool {
	struct executor *executor;
	struct item_task *tasks; /* n */
	struct future **futures; /* n; NULL from the first not submitted on */
};

/* Tells the observer the state of the item's future. */
static void tell(const struct fr_job *job,
	void (*watch)(void *ctx, size_t item, const char *future), size_t item,
	const struct future *future)
{
	char text[FUTURE_DESCRIPTION_MAX];

	watch(job->observer->ctx, item,
		future_describe(future, text, sizeof(text)));
}

static int submit_all(struct fr_job *job, struct pool *pool)
{
	int rc = 0;

	for (size_t i = 0; i < job->n && !rc; i++) {
		rc = executor_submit(pool->executor, item_task_run,
			&pool->tasks[i], &pool->futures[i]);
		if (!rc && job->observer && job->observer->scheduled)
			tell(job, job->observer->scheduled, i,
				pool->futures[i]);
	}
	return rc;
}

static int take_results(struct fr_job *job, struct pool *pool)
{
	struct as_completed *completed;
	struct future *future;
	int rc = futures_as_completed(pool->futures, job->n, &completed);

	if (rc)
		return rc;
	while ((rc = as_completed_next(completed, -1, &future)) == 1) {
		void *result;

		rc = future_result(future, 0, &result);
		if (rc)
			break;
		if (job->observer && job->observer->completed)
			tell(job, job->observer->completed,
				((struct item_task *)result)->item, future);
	}
	as_completed_free(completed);
	return rc;
}

static int download_many(struct fr_job *job)
{
	int rc = submit_all(job, job->priv);

	return rc ? rc : take_results(job, job->priv);
}

static void teardown(struct fr_job *job)
{
	struct pool *pool = job->priv;

	executor_free(pool->executor);
	for (size_t i = 0; pool->futures && i < job->n; i++)
		future_free(pool->futures[i]);
	free(pool->futures);
	free(pool->tasks);
	free(pool);
	fr_clients_close(job);
}

static int setup(struct fr_job *job)
{
	struct pool *pool = calloc(1, sizeof(*pool));
	int rc;

	if (!pool)
		return -ENOMEM;
	job->priv = pool;
	pool->tasks = item_tasks_make(job);
	pool->futures = calloc(job->n, sizeof(struct future *));
	rc = pool->tasks && pool->futures ? 0 : -ENOMEM;
	if (!rc)
		rc = executor_create(&pool->executor, job->concurrency);
	if (!rc)
		rc = fr_clients_open(job);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(pthread_as_completed) = {
	.abi = FR_STRATEGY_ABI,
	.name = "pthread-as-completed",
	.summary = "submit to a pool of threads, results as_completed",
	.default_concurrency = 3,
	.flags = FR_BLOCKING,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
