/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: has two items in one worker's hand. */
#include "liar.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

static atomic_size_t next;

/* Both threads say that they are worker 0. */
static void *work(void *arg)
{
	struct fr_job *job = arg;
	struct fr_client *client;
	size_t i;

	if (fr_client_open(&client, job, 0) < 0)
		return arg;
	while ((i = atomic_fetch_add(&next, 1)) < job->n)
		fr_download_one(client, i);
	fr_client_close(client);
	return NULL;
}

static int download_many(struct fr_job *job)
{
	pthread_t other;

	if (pthread_create(&other, NULL, work, job))
		return -EAGAIN;
	work(job);
	pthread_join(other, NULL);
	return 0;
}

FR_STRATEGY(juggles) = {
	.abi = FR_STRATEGY_ABI,
	.name = "juggles",
	.summary = "two threads are one worker",
	.default_concurrency = 2,
	.download_many = download_many,
};
