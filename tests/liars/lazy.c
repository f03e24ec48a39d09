/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: runs at half of the concurrency it was given. */
#include <errno.h>
#include <pthread.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

enum { WORKERS_MAX = 64 };

struct share {
	struct fr_job *job;
	size_t first, step;
};

static void *download_share(void *arg)
{
	struct share *share = arg;

	for (size_t i = share->first; i < share->job->n; i += share->step)
		fr_download_one(share->job->clients[share->first], i);
	return NULL;
}

static int download_many(struct fr_job *job)
{
	size_t workers = job->concurrency / 2;
	struct share shares[WORKERS_MAX];
	pthread_t threads[WORKERS_MAX];

	if (workers < 1 || workers > WORKERS_MAX)
		return -EINVAL;
	for (size_t w = 0; w < workers; w++) {
		shares[w] =
			(struct share){.job = job, .first = w, .step = workers};
		if (pthread_create(
			    &threads[w], NULL, download_share, &shares[w]))
			return -EAGAIN;
	}
	for (size_t w = 0; w < workers; w++)
		pthread_join(threads[w], NULL);
	return 0;
}

FR_STRATEGY(lazy) = {
	.abi = FR_STRATEGY_ABI,
	.name = "lazy",
	.summary = "runs at half of the concurrency",
	.default_concurrency = 4,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
