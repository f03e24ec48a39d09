/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strategies/poll-loop.h"

#include <errno.h>
#include <stdlib.h>

#include "strategies/multi.h"

struct poll_loop {
	atomic_size_t next;
	struct multi multi;
};

int poll_loop_download_many(struct fr_job *job)
{
	struct poll_loop *loop = job->priv;
	int rc = multi_begin(&loop->multi);

	while (!rc && multi_busy(&loop->multi)) {
		rc = multi_wait(&loop->multi);
		if (!rc)
			rc = multi_collect(&loop->multi);
	}
	return rc;
}

void poll_loop_teardown(struct fr_job *job)
{
	struct poll_loop *loop = job->priv;

	multi_close(&loop->multi);
	free(loop);
}

int poll_loop_setup(struct fr_job *job)
{
	struct poll_loop *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	rc = multi_open(&loop->multi, job, &loop->next, 0, job->concurrency);
	if (rc)
		poll_loop_teardown(job);
	return rc;
}
