/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: downloads in its first trial only. */
#include <fcntl.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	int fd = open("cache", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	for (size_t i = 0; i < job->n; i++)
		if (fd >= 0)
			fr_download_one(job->clients[0], i);
		else
			fr_download_nothing(job, 0, i);
	if (fd >= 0)
		close(fd);
	return 0;
}

FR_STRATEGY(caches) = {
	.abi = FR_STRATEGY_ABI,
	.name = "caches",
	.summary = "keeps what it fetched in an earlier trial",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
