/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forked workers that take item numbers from one pipe, the queue. A read of
 * one number from a pipe is atomic, so the next item goes to whoever is free.
 * Each worker holds the write end of a second pipe until it is done: its end
 * of file tells that the last of them has finished, or died.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <flagrace/client.h>
#include <flagrace/strategy.h>

struct pool {
	int queue[2]; /* item numbers to the workers */
	int done[2];  /* a byte from each worker that is ready, then its end */
	unsigned started;
	pid_t worker[]; /* job->concurrency */
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A worker's life: open its client here, after fork, and serve the queue. */
static _Noreturn void work(
	struct fr_job *job, struct pool *pool, unsigned index, pid_t parent)
{
	struct fr_client *client;
	size_t item;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close_end(&pool->queue[1]);
	close_end(&pool->done[0]);
	if (getppid() != parent || fr_client_open(&client, job, index) ||
		write(pool->done[1], "r", 1) != 1)
		_exit(EXIT_FAILURE);
	while (read(pool->queue[0], &item, sizeof(item)) == sizeof(item))
		fr_download_one(client, item);
	close_end(&pool->done[1]);
	fr_client_close(client);
	_exit(EXIT_SUCCESS);
}

static int download_many(struct fr_job *job)
{
	struct pool *pool = job->priv;
	char end;

	for (size_t i = 0; i < job->n; i++)
		if (write(pool->queue[1], &i, sizeof(i)) != sizeof(i))
			return -errno;
	close_end(&pool->queue[1]);
	return read(pool->done[0], &end, 1) == 0 ? 0 : -EIO;
}

static void teardown(struct fr_job *job)
{
	struct pool *pool = job->priv;

	for (int i = 0; i < 2; i++) {
		close_end(&pool->queue[i]);
		close_end(&pool->done[i]);
	}
	for (unsigned i = 0; i < pool->started; i++)
		waitpid(pool->worker[i], NULL, 0);
	free(pool);
}

static int start_workers(struct fr_job *job, struct pool *pool)
{
	pid_t parent = getpid();
	char ready;

	for (unsigned i = 0; i < job->concurrency; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return -errno;
		if (pid == 0)
			work(job, pool, i, parent);
		pool->worker[pool->started++] = pid;
	}
	close_end(&pool->queue[0]);
	close_end(&pool->done[1]);
	for (unsigned i = 0; i < pool->started; i++)
		if (read(pool->done[0], &ready, 1) != 1)
			return -EPIPE;
	return 0;
}

static int setup(struct fr_job *job)
{
	struct pool *pool =
		calloc(1, sizeof(*pool) + job->concurrency * sizeof(pid_t));
	int rc;

	if (!pool)
		return -ENOMEM;
	*pool = (struct pool){.queue = {-1, -1}, .done = {-1, -1}};
	job->priv = pool;
	rc = pipe(pool->queue) || pipe(pool->done) ? -errno : 0;
	if (!rc)
		rc = start_workers(job, pool);
	if (rc)
		teardown(job);
	return rc;
}

FR_STRATEGY(process_pool) = {
	.abi = FR_STRATEGY_ABI,
	.name = "process-pool",
	.summary = "forked workers take items from one queue",
	.default_concurrency = 20,
	.setup = setup,
	.download_many = download_many,
	.teardown = teardown,
};
