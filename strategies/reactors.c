/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A thread for each CPU that the trial may use, each with a multi handle and its
 * loop. They have the same number of workers, but not of items: a free worker
 * takes the next.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <flagrace/strategy.h>

#include "strategies/multi.h"

struct reactor {
	struct multi multi;
	pthread_t thread;
	int error; /* the loop's result, read after the join */
};

struct reactors {
	atomic_size_t next;
	unsigned count;
	struct reactor reactors[]; /* count */
};

static void *run(void *arg)
{
	struct reactor *reactor = arg;
	int rc = multi_begin(&reactor->multi);

	while (!rc && multi_busy(&reactor->multi)) {
		rc = multi_wait(&reactor->multi);
		if (!rc)
			rc = multi_collect(&reactor->multi);
	}
	reactor->error = rc;
	return NULL;
}

static int download_many(struct fr_job *job)
{
	struct reactors *set = job->priv;
	unsigned started = 0;
	int rc = 0;

	for (; started < set->count && !rc; started += !rc)
		rc = -pthread_create(&set->reactors[started].thread, NULL, run,
			&set->reactors[started]);
	for (unsigned i = 0; i < started; i++) {
		pthread_join(set->reactors[i].thread, NULL);
		rc = rc ? rc : set->reactors[i].error;
	}
	return rc;
}

static void teardown(struct fr_job *job)
{
	struct reactors *set = job->priv;

	for (unsigned i = 0; i < set->count; i++)
		multi_close(&set->reactors[i].multi);
	free(set);
}

static int setup(struct fr_job *job)
{
	unsigned count = job->cpus, first = 0;
	struct reactors *set;
	int rc = 0;

	if (count > job->concurrency)
		count = job->concurrency;
	set = calloc(1, sizeof(*set) + count * sizeof(set->reactors[0]));
	if (!set)
		return -ENOMEM;
	set->count = count;
	job->priv = set;
	for (unsigned i = 0; i < count && !rc; i++) {
		unsigned workers = (job->concurrency - first) / (count - i);

		rc = multi_open(&set->reactors[i].multi, job, &set->next, first,
			workers);
		first += workers;
	}
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(reactors) = {
	.abi = FR_STRATEGY_ABI,
	.name = "reactors",
	.summary = "an event loop on a thread for each CPU",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
