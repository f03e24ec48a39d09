/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wrong on purpose: speaks on standard output, and listens on input. */
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

static int download_many(struct fr_job *job)
{
	static const char lie[] = "{\"trial\":\"a\",\"row\":{}}\n";
	char heard;

	if (write(STDOUT_FILENO, lie, sizeof(lie) - 1) < 0 ||
		read(STDIN_FILENO, &heard, 1) > 0)
		return -1;
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(talks) = {
	.abi = FR_STRATEGY_ABI,
	.name = "talks",
	.summary = "says what the harness should say",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
