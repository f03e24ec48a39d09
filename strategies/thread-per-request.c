/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread for each item, born with it and gone with it. Slots limit how many
 * live at once: a thread has a slot, and its client, until it is done. It is
 * made when its item's time has come, so making it is part of the latency.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

struct slot {
	struct crew *crew;
	unsigned index;
	size_t item;
	bool used; /* it has a thread to be joined */
	pthread_t thread;
};

struct crew {
	struct fr_job *job;
	pthread_mutex_t lock;   /* guards free and free_count */
	pthread_cond_t is_free; /* a slot was put on the pile */
	struct slot **free;     /* a pile of job->concurrency */
	unsigned free_count;
	struct slot slots[]; /* job->concurrency */
};

static void *download_item(void *arg)
{
	struct slot *slot = arg;
	struct crew *crew = slot->crew;

	fr_download_one(crew->job->clients[slot->index], slot->item);
	pthread_mutex_lock(&crew->lock);
	crew->free[crew->free_count++] = slot;
	pthread_cond_signal(&crew->is_free);
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void join(struct slot *slot)
{
	if (slot->used)
		pthread_join(slot->thread, NULL);
	slot->used = false;
}

/* Waits for a slot whose thread, if it had one, is done. */
static struct slot *take_slot(struct crew *crew)
{
	struct slot *slot;

	pthread_mutex_lock(&crew->lock);
	while (crew->free_count == 0)
		pthread_cond_wait(&crew->is_free, &crew->lock);
	slot = crew->free[--crew->free_count];
	pthread_mutex_unlock(&crew->lock);
	join(slot);
	return slot;
}

static int download_many(struct fr_job *job)
{
	struct crew *crew = job->priv;
	int rc = 0;

	for (size_t i = 0; i < job->n && !rc; i++) {
		struct slot *slot = take_slot(crew);

		slot->item = i;
		fr_await_due(job, i);
		rc = -pthread_create(&slot->thread, NULL, download_item, slot);
		slot->used = !rc;
	}
	for (unsigned i = 0; i < job->concurrency; i++)
		join(&crew->slots[i]);
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct crew *crew = job->priv;

	fr_clients_close(job);
	pthread_cond_destroy(&crew->is_free);
	pthread_mutex_destroy(&crew->lock);
	free(crew->free);
	free(crew);
}

static int setup(struct fr_job *job)
{
	unsigned count = job->concurrency;
	struct crew *crew =
		calloc(1, sizeof(*crew) + count * sizeof(crew->slots[0]));
	int rc;

	if (!crew)
		return -ENOMEM;
	job->priv = crew;
	crew->job = job;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->is_free, NULL);
	crew->free = calloc(count, sizeof(struct slot *));
	rc = crew->free ? fr_clients_open(job) : -ENOMEM;
	for (unsigned i = 0; i < count && !rc; i++) {
		crew->slots[i] = (struct slot){.crew = crew, .index = i};
		crew->free[crew->free_count++] = &crew->slots[i];
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
