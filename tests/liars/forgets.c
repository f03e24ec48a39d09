/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: leaves a process behind. */
#include <errno.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	while (pid == 0)
		pause();
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(forgets) = {
	.abi = FR_STRATEGY_ABI,
	.name = "forgets",
	.summary = "leaves a process behind",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
