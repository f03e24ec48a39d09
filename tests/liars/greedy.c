/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: runs at twice the concurrency it was given. */
#include <errno.h>
#include <pthread.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

enum { WORKERS_MAX = 64 };

struct share {
	struct fr_job *job;
	struct fr_client *client;
	size_t first, step;
};

static void *download_share(void *arg)
{
	struct share *share = arg;

	for (size_t i = share->first; i < share->job->n; i += share->step)
		fr_download_one(share->client, i);
	return NULL;
}

static int download_many(struct fr_job *job)
{
	size_t workers = 2 * (size_t)job->concurrency;
	struct share shares[WORKERS_MAX];
	pthread_t threads[WORKERS_MAX];

	if (workers > WORKERS_MAX)
		return -EINVAL;
	for (size_t w = 0; w < workers; w++) {
		shares[w] =
			(struct share){.job = job, .first = w, .step = workers};
		if (fr_client_open(&shares[w].client, job,
			    (unsigned)w % job->concurrency) ||
			pthread_create(
				&threads[w], NULL, download_share, &shares[w]))
			return -EAGAIN;
	}
	for (size_t w = 0; w < workers; w++) {
		pthread_join(threads[w], NULL);
		fr_client_close(shares[w].client);
	}
	return 0;
}

FR_STRATEGY(greedy) = {
	.abi = FR_STRATEGY_ABI,
	.name = "greedy",
	.summary = "runs at twice the concurrency",
	.default_concurrency = 4,
	.download_many = download_many,
};
