/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: gives the server one CPU only. */
#include <errno.h>
#include <sched.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "server_pid.h"

static int download_many(struct fr_job *job)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((size_t)sched_getcpu(), &cpus);
	if (sched_setaffinity(server_pid(), sizeof(cpus), &cpus) < 0)
		return -errno;

	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(pins) = {
	.abi = FR_STRATEGY_ABI,
	.name = "pins",
	.summary = "pins the server to a CPU",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
