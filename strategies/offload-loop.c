/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A loop on a multi handle, beside an executor for the work. */
#include "strategies/offload-loop.h"

#include <errno.h>
#include <stdlib.h>

#include "strategies/multi.h"
#include "strategies/offload.h"

struct offload_loop {
	atomic_size_t next;
	struct multi multi;
	struct offload offload;
};

/* Requests of free workers are begun before the work is handed on. */
int offload_loop_download_many(struct fr_job *job)
{
	struct offload_loop *loop = job->priv;
	int rc = multi_begin(&loop->multi), code;

	while (!rc && multi_busy(&loop->multi)) {
		rc = multi_wait(&loop->multi);
		if (!rc)
			rc = multi_collect(&loop->multi);
		if (!rc)
			rc = offload_submit(&loop->offload);
	}
	code = offload_await(&loop->offload);
	return rc ? rc : code;
}

void offload_loop_teardown(struct fr_job *job)
{
	struct offload_loop *loop = job->priv;

	multi_close(&loop->multi);
	offload_close(&loop->offload);
	free(loop);
}

static void ended(void *offload, size_t item, enum fr_status status)
{
	if (status == FR_OK)
		offload_answered(offload, item);
}

int offload_loop_setup(struct fr_job *job, enum executor_kind kind)
{
	struct offload_loop *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	rc = offload_open(&loop->offload, job, kind);
	if (!rc)
		rc = multi_open(
			&loop->multi, job, &loop->next, 0, job->concurrency);
	if (rc) {
		offload_loop_teardown(job);
		return rc;
	}
	if (job->work) {
		loop->multi.ended = ended;
		loop->multi.ended_arg = &loop->offload;
	}
	return 0;
}
