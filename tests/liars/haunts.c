/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wrong on purpose: when it is loaded it starts a process that is nobody's
 * child, and leaves a handler for the exit of the process that has loaded it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

/* Notes this process's number in a file of the working folder. */
static void note(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0 || dprintf(fd, "%d\n", (int)getpid()) < 0)
		abort();
	close(fd);
}

static void on_exit_note(void)
{
	note("exits");
}

__attribute__((constructor)) static void haunt(void)
{
	note("loads");
	if (atexit(on_exit_note))
		abort();
	if (fork() == 0) {
		if (fork() == 0) {
			note("ghosts");
			for (;;)
				pause();
		}
		_exit(0);
	}
}

static int download_many(struct fr_job *job)
{
	for (size_t i = 0; i < job->n; i++)
		fr_download_one(job->clients[0], i);
	return 0;
}

FR_STRATEGY(haunts) = {
	.abi = FR_STRATEGY_ABI,
	.name = "haunts",
	.summary = "does its work when it is loaded",
	.default_concurrency = 1,
	.max_concurrency = 1,
	.setup = fr_clients_open,
	.download_many = download_many,
	.teardown = fr_clients_close,
};
