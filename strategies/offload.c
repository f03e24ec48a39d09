/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strategies/offload.h"

#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>

/* Processes have a copy of the task, and of the job since the fork. */
struct offload_task {
	const struct fr_job *job;
	size_t item;
};

static int do_work(void *arg, void **result)
{
	const struct offload_task *task = arg;

	(void)result;
	fr_work(task->job, task->item);
	return 0;
}

int offload_open(
	struct offload *offload, struct fr_job *job, enum executor_kind kind)
{
	const struct executor_options options = {
		.kind = kind, .max_workers = job->cpus};

	*offload = (struct offload){.job = job};
	if (!job->work)
		return 0;
	offload->tasks = calloc(job->n, sizeof(*offload->tasks));
	offload->futures = calloc(job->n, sizeof(*offload->futures));
	if (!offload->tasks || !offload->futures)
		return -ENOMEM;
	return executor_create_with(&offload->executor, &options);
}

void offload_close(struct offload *offload)
{
	executor_free(offload->executor);
	for (size_t i = 0; i < offload->answered; i++)
		future_free(offload->futures[i]);
	free(offload->tasks);
	free(offload->futures);
}

void offload_answered(void *arg, size_t item)
{
	struct offload *offload = arg;

	offload->tasks[offload->answered++] =
		(struct offload_task){offload->job, item};
}

int offload_submit(struct offload *offload)
{
	size_t first = offload->submitted, count = offload->answered - first;
	int rc;

	if (!count)
		return 0;
	rc = executor_submit_many(offload->executor, do_work,
		&offload->tasks[first], count, sizeof(*offload->tasks),
		&offload->futures[first]);
	if (!rc)
		offload->submitted += count;
	return rc;
}

/* From the last to the first, because most are done when the last one is. */
int offload_await(struct offload *offload)
{
	int rc = 0;

	for (size_t i = offload->submitted; i > 0; i--) {
		int code = future_result(offload->futures[i - 1], -1, NULL);

		rc = rc ? rc : code;
	}
	return rc;
}
