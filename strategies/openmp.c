/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenMP team: a parallel loop whose next item goes to a free thread. */
#include <errno.h>
#include <omp.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	const int wanted =
		(int)(job->n < job->concurrency ? job->n : job->concurrency);
	int short_of_threads = 0;

	omp_set_dynamic(0);
#pragma omp parallel num_threads((int)job->concurrency) \
	reduction(|                                     \
		  : short_of_threads)
	{
		short_of_threads = omp_get_num_threads() < wanted;
		/* Without monotonic, a runtime may deal items in any order. */
#pragma omp for schedule(monotonic : dynamic, 1)
		for (size_t i = 0; i < job->n; i++)
			fr_download_one(job->clients[omp_get_thread_num()], i);
	}
	/* A runtime may silently make the team smaller (OpenMP 5, 2.6.1). */
	return short_of_threads ? -EAGAIN : 0;
}

FR_STRATEGY(openmp) = {
	.abi = FR_STRATEGY_ABI,
	.name = "openmp",
	.summary = "OpenMP threads share a loop, schedule(dynamic, 1)",
	.default_concurrency = 20,
	.flags = FR_BLOCKING,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
