/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A new process for each item, forked when the item is due. It opens its client
 * after the fork, which libcurl would not survive, so every item has a new
 * connection, too.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

struct processes {
	unsigned count;  /* processes alive */
	pid_t process[]; /* by worker, job->concurrency of them; 0: none */
};

static _Noreturn void download_item(
	struct fr_job *job, unsigned worker, size_t item, pid_t parent)
{
	struct fr_client *client;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || fr_client_open(&client, job, worker))
		_exit(EXIT_FAILURE);
	fr_download_one(client, item);
	fr_client_close(client);
	_exit(EXIT_SUCCESS);
}

/* Sleeps until a process ends, and frees its worker. */
static int await_process(struct processes *processes)
{
	int status;
	pid_t pid = wait(&status);
	unsigned worker = 0;

	if (pid < 0)
		return -errno;
	while (processes->process[worker] != pid)
		worker++;
	processes->process[worker] = 0;
	processes->count--;
	return status == 0 ? 0 : -ECHILD;
}

static int start_process(struct fr_job *job, struct processes *processes,
	size_t item, pid_t parent)
{
	unsigned worker = 0;

	while (processes->process[worker])
		worker++;
	processes->process[worker] = fork();
	if (processes->process[worker] == 0)
		download_item(job, worker, item, parent);
	if (processes->process[worker] > 0) {
		processes->count++;
		return 0;
	}
	processes->process[worker] = 0;
	return -errno;
}

static int download_many(struct fr_job *job)
{
	struct processes *processes = job->priv;
	pid_t parent = getpid();
	int rc = 0;

	for (size_t i = 0; i < job->n && !rc; i++) {
		if (processes->count == job->concurrency)
			rc = await_process(processes);
		fr_await_due(job, i);
		if (!rc)
			rc = start_process(job, processes, i, parent);
	}
	while (processes->count > 0) {
		int ended = await_process(processes);

		rc = rc ? rc : ended;
	}
	return rc;
}

static int setup(struct fr_job *job)
{
	job->priv = calloc(
		1, sizeof(struct processes) + job->concurrency * sizeof(pid_t));
	return job->priv ? 0 : -ENOMEM;
}

static void teardown(struct fr_job *job)
{
	free(job->priv);
}

FR_STRATEGY(fork_per_request) = {
	.abi = FR_STRATEGY_ABI,
	.name = "fork-per-request",
	.summary = "a new process, and connection, for every item",
	.default_concurrency = 20,
	.flags = FR_FRESH_CONNECTIONS,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
