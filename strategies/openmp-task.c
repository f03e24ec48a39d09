/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An OpenMP task for each item. One thread of the team makes all tasks, and
 * then runs tasks as the others do. A runtime may run tasks in any order, so a
 * task takes the next item when it runs.
 */
#include <errno.h>
#include <omp.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static void download_next(struct fr_job *job, size_t *next)
{
	size_t item;

#pragma omp atomic capture
	item = (*next)++;
	fr_download_one(job->clients[omp_get_thread_num()], item);
}

static int download_many(struct fr_job *job)
{
	size_t threads = 0, next = 0;

	omp_set_dynamic(0);
#pragma omp parallel num_threads((int)job->concurrency)
#pragma omp single
	{
		threads = (size_t)omp_get_num_threads();
		for (size_t i = 0; i < job->n; i++) {
#pragma omp task
			download_next(job, &next);
		}
	}
	/* A runtime may silently make the team smaller (OpenMP 5, 2.6.1). */
	return threads < job->concurrency && threads < job->n ? -EAGAIN : 0;
}

FR_STRATEGY(openmp_task) = {
	.abi = FR_STRATEGY_ABI,
	.name = "openmp-task",
	.summary = "OpenMP threads run a task for every item",
	.default_concurrency = 20,
	.flags = FR_BLOCKING,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
