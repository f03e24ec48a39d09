/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new thread for each item, made when the item is due, so that making it is
 * part of the latency. There are job->concurrency workers, and a thread has
 * one, with its client, until it is done.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

struct request_worker {
	struct request_workers *workers;
	unsigned index;
	size_t item;
	bool used; /* it has a thread to be joined */
	pthread_t thread;
};

struct request_workers {
	struct fr_job *job;
	pthread_mutex_t lock;         /* guards free and free_count */
	pthread_cond_t is_free;       /* a worker was put on the stack */
	struct request_worker **free; /* a stack, up to job->concurrency */
	unsigned free_count;
	struct request_worker all[]; /* job->concurrency */
};

static void *download_item(void *arg)
{
	struct request_worker *worker = arg;
	struct request_workers *workers = worker->workers;

	fr_download_one(workers->job->clients[worker->index], worker->item);
	pthread_mutex_lock(&workers->lock);
	workers->free[workers->free_count++] = worker;
	pthread_cond_signal(&workers->is_free);
	pthread_mutex_unlock(&workers->lock);
	return NULL;
}

static void join_worker(struct request_worker *worker)
{
	if (worker->used)
		pthread_join(worker->thread, NULL);
	worker->used = false;
}

/* Waits for a worker whose thread, if it had one, is done. */
static struct request_worker *take_free_worker(struct request_workers *workers)
{
	struct request_worker *worker;

	pthread_mutex_lock(&workers->lock);
	while (workers->free_count == 0)
		pthread_cond_wait(&workers->is_free, &workers->lock);
	worker = workers->free[--workers->free_count];
	pthread_mutex_unlock(&workers->lock);
	join_worker(worker);
	return worker;
}

static int download_many(struct fr_job *job)
{
	struct request_workers *workers = job->priv;
	int rc = 0;

	for (size_t i = 0; i < job->n && !rc; i++) {
		struct request_worker *worker = take_free_worker(workers);

		worker->item = i;
		fr_await_due(job, i);
		rc = -pthread_create(
			&worker->thread, NULL, download_item, worker);
		worker->used = !rc;
	}
	for (unsigned i = 0; i < job->concurrency; i++)
		join_worker(&workers->all[i]);
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct request_workers *workers = job->priv;

	fr_clients_close(job);
	pthread_cond_destroy(&workers->is_free);
	pthread_mutex_destroy(&workers->lock);
	free(workers->free);
	free(workers);
}

static int setup(struct fr_job *job)
{
	unsigned count = job->concurrency;
	struct request_workers *workers =
		calloc(1, sizeof(*workers) + count * sizeof(workers->all[0]));
	int rc;

	if (!workers)
		return -ENOMEM;
	job->priv = workers;
	workers->job = job;
	pthread_mutex_init(&workers->lock, NULL);
	pthread_cond_init(&workers->is_free, NULL);
	workers->free = calloc(count, sizeof(struct request_worker *));
	rc = workers->free ? fr_clients_open(job) : -ENOMEM;
	for (unsigned i = 0; i < count && !rc; i++) {
		workers->all[i] =
			(struct request_worker){.workers = workers, .index = i};
		workers->free[workers->free_count++] = &workers->all[i];
	}
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(thread_per_request) = {
	.abi = FR_STRATEGY_ABI,
	.name = "thread-per-request",
	.summary = "a new thread for every item",
	.default_concurrency = 20,
	.flags = FR_BLOCKING,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
