/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The clients of a job, one for each worker. */
#include <errno.h>
#include <stdlib.h>

#include <flagrace/client.h>

#include "harness/base/clock.h"

int fr_clients_open(struct fr_job *job)
{
	int rc = 0;

	job->clients = calloc(job->concurrency, sizeof(struct fr_client *));
	if (!job->clients)
		return -ENOMEM;
	for (unsigned i = 0; i < job->concurrency && !rc; i++)
		rc = fr_client_open(&job->clients[i], job, i);
	if (rc)
		fr_clients_close(job);
	return rc;
}

void fr_clients_close(struct fr_job *job)
{
	for (unsigned i = 0; job->clients && i < job->concurrency; i++)
		fr_client_close(job->clients[i]);
	free(job->clients);
	job->clients = NULL;
}

void fr_download_nothing(const struct fr_job *job, unsigned worker, size_t i)
{
	struct fr_sample *sample = &job->samples[i];

	fr_await_due(job, i);
	sample->start_ns = clock_ns();
	sample->worker = worker;
	sample->status = FR_OK;
	sample->end_ns = clock_ns();
}
