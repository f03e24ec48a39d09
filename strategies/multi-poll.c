/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One thread and a multi handle, which waits with curl_multi_poll. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/strategy.h>

#include "strategies/multi.h"

struct multi_poll {
	atomic_size_t next;
	struct multi multi;
};

static int download_many(struct fr_job *job)
{
	struct multi_poll *loop = job->priv;
	int rc = multi_begin(&loop->multi);

	while (!rc && multi_busy(&loop->multi)) {
		rc = multi_wait(&loop->multi);
		if (!rc)
			rc = multi_collect(&loop->multi);
	}
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct multi_poll *loop = job->priv;

	multi_close(&loop->multi);
	free(loop);
}

static int setup(struct fr_job *job)
{
	struct multi_poll *loop = calloc(1, sizeof(*loop));
	int rc;

	if (!loop)
		return -ENOMEM;
	job->priv = loop;
	rc = multi_open(&loop->multi, job, &loop->next, 0, job->concurrency);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(multi_poll) = {
	.abi = FR_STRATEGY_ABI,
	.name = "multi-poll",
	.summary = "one thread, libcurl's multi handle, curl_multi_poll",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
