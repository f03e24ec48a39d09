/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: lowers the priority of the server. */
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

#include "server_pid.h"

/* While it is loaded, so that no trial has seen another server. */
__attribute__((constructor)) static void renice(void)
{
	int pid = getenv("RENICE_EARLY") ? server_pid() : 0;

	if (pid > 0)
		(void)setpriority(PRIO_PROCESS, (id_t)pid, 5);
}

static int download_many(struct fr_job *job)
{
	if (setpriority(PRIO_PROCESS, (id_t)server_pid(), 5) < 0)
		return -errno;

	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(renices) = {
	.abi = FR_STRATEGY_ABI,
	.name = "renices",
	.summary = "renices the server",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
